declare module "#server/core/events.ts" {
  interface EventTypes {
    "delivery-simulation.started": {
      tiers?: readonly { pattern: string; tier: string }[] | undefined;
      defaultSource?: string | undefined;
      weekStartsOn?: number | undefined;
      timeZone?: string | undefined;
    };
    "delivery-simulation.cancelled": { services: number; worked: number };
    "delivery-simulation.discarded": { state: string };
    "delivery-simulation.saved": { reason: string; services: number };
    "delivery-default-source.changed": { from: string; to: string; services: number; reason: string };
  }
}

export {};
