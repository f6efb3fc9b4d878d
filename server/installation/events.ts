declare module "#server/core/events.ts" {
  interface EventTypes {
    /** Keys are named by their ids, never by a value. */
    "key.added": { former: string };
    "key.rotated": { values: number; unreadable: number };
    "key.dropped": { active: string };
    "key.lost": { values: number };
    "installation.created": { mode: "evaluation" | "production" };
    "installation.moved-to-production": { sessions: number; people: number; tokens: number };
    "setup-token.created": { expiresAt: string };
    "setup-token.refused": { triesLeft: number };
    "setup.opened": { expiresAt: string };
    "setup.answered": { step: string };
    "setup.finished": { admins: readonly string[] };
    "time-zone.changed": { from: string; to: string };
  }
}

export {};
