import type { ImportCounts, LocationType } from "./model.ts";

declare module "#server/core/events.ts" {
  interface EventTypes {
    "location.registered": { target: string; type: LocationType };
    "location.imported": { target: string; commit: string | null; problems: number } & ImportCounts;
    "location.failed": { target: string; reason: string };
    "import.requested": { target: string };
    "location.cancelled": { target: string };
    "location.removed": { target: string; entries: number };
    "location.moved": { target: string; before: string };
    "entity.removed": { ref: string };
    "portal-entry.created": { ref: string };
    "portal-entry.changed": { ref: string; version: number };
    "portal-entry.removed": { ref: string };
    "portal-entry.yielded": { ref: string; to: string };
    "custom-source.created": { id: string; title: string; guardPercent: number };
    "custom-source.changed": { id: string; title: string; guardPercent: number };
    "custom-source.received": { id: string; isForced: boolean } & ImportCounts;
    "reading-rule.saved": { pattern: string; groupRef: string | null };
    "reading-rule.removed": { pattern: string; groupRef: string | null };
  }
}
