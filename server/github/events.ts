declare module "#server/core/events.ts" {
  interface EventTypes {
    "webhook.replayed": { event: string; guid: string; stateBefore: string };
    "connection.created": { kind: "github"; name: string };
    "secret.added": { connection: string };
    "secret.retired": { connection: string };
  }
}

export {};
