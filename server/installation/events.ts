declare module "#server/core/events.ts" {
  interface EventTypes {
    "installation.created": { mode: "evaluation" | "production" };
  }
}

export {};
