export {};

declare module "#server/core/events.ts" {
  interface EventTypes {
    "synonym.saved": { words: string[] };
    "synonym.removed": { words: string[] };
    "search.dismissed": { count: number };
  }
}
