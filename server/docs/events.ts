declare module "#server/core/events.ts" {
  interface EventTypes {
    "docs.rendered": { entityRef: string; pages: number; broken: number; commit: string | null };
    /** That somebody said whether a page was useful, or took it back; not what they said. */
    "docs.answered": { entityRef: string; path: string };
    "docs.failed": { entityRef: string; reason: string };
  }
}

export {};
