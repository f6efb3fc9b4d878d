declare module "#server/core/events.ts" {
  interface EventTypes {
    "inbox.read": { count: number };
  }
}

export {};
