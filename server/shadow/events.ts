import type { ShadowVerdict } from "./model.ts";

declare module "#server/core/events.ts" {
  interface EventTypes {
    "shadow.connected": { address: string; hasNewToken: boolean };
    "shadow.removed": { address: string };
    "shadow.requested": { address: string };
    "shadow.cancelled": { address: string };
    "shadow.compared": { address: string } & Record<ShadowVerdict, number>;
  }
}
