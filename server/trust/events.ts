import type { Answer, FactSort } from "./truth/model.ts";

declare module "#server/core/events.ts" {
  interface EventTypes {
    "entry.confirmed": { fact: string };
    "entry.overlay-added": { kind: "annotation" | "link"; key: string };
    "entry.overlay-removed": { kind: "annotation" | "link"; key: string };
    "entry.owner-proposed": { formerOwnerRef: string | null; ownerRef: string };
    "entry.owner-withdrawn": { ownerRef: string };
    "entry.upkeep-closed": { sort: string; note: string };
    "truth.drawn": { seed: string; facts: number };
    "truth.answered": { entityRef: string; sort: FactSort; answer: Answer };
  }
}
