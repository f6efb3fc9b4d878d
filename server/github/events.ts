declare module "#server/core/events.ts" {
  interface EventTypes {
    "webhook.replayed": { event: string; guid: string; stateBefore: string };
    "replay.ordered": { total: number } & Record<string, string | number>;
    "webhook-comparison.ordered": { connections: number };
    "webhook-retention.changed": { payloadDays: number; before: number };
    "connection.created": { kind: "github"; name: string };
    "secret.added": { connection: string };
    "secret.retired": { connection: string };
  }
}

export {};
