import type { ImportCounts, LocationType } from "./model.ts";

declare module "#server/core/events.ts" {
  interface EventTypes {
    "location.registered": { target: string; type: LocationType };
    "location.imported": { target: string; commit: string | null; problems: number } & ImportCounts;
    "location.failed": { target: string; reason: string };
    "import.requested": { target: string };
    "location.cancelled": { target: string };
    "location.removed": { target: string; entries: number };
  }
}
