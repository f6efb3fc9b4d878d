/** `changed` names fields, never values. */
type Sink = { name: string; address: string };

declare module "#server/core/events.ts" {
  interface EventTypes {
    "audit-sink.added": Sink & { sendsPast: boolean };
    "audit-sink.changed": Sink & { isOn: boolean; hasNewToken: boolean };
    "audit-sink.removed": Sink;
    "audit-log.exported": { from: string | null; to: string | null; stream: string | null };
    "audit-log.checked": { isIntact: boolean; events: number; problems: number };
  }
}

export {};
