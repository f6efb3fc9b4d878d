export {};

declare module "#server/core/events.ts" {
  interface EventTypes {
    "card.saved": { name: string; urlPattern: string; isOn: boolean; hasNewHeader: boolean };
    "card.removed": { name: string };
  }
}
