export {};

declare module "#server/core/events.ts" {
  interface EventTypes {
    /** Counts are against the version before; null for the first. */
    "definition.changed": {
      version: number;
      commit: string | null;
      changes: number | null;
      breaking: number | null;
    };
  }
}
