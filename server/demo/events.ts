declare module "#server/core/events.ts" {
  interface EventTypes {
    "demo.requested": Record<string, never>;
    "demo.loaded": { webhooks: number; seconds: number };
    "demo.removed": { webhooks: number; entries: number; people: number };
  }
}

export {};
