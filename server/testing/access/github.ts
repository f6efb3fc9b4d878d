import { adminOnly, everything, type ProcedureRow, platform } from "./row.ts";

export const githubProcedures: Readonly<Record<string, ProcedureRow>> = {
  "github.compareNow": { who: platform },
  "github.count": { who: platform, input: everything },
  "github.deliveries": { who: platform, input: everything },
  "github.delivery": { who: platform, input: (world) => ({ id: world.webhook }) },
  "github.facets": { who: platform },
  "github.health": { who: platform },
  "github.makeSecret": { who: { peopleOnly: ["platform"] }, input: () => ({ retiresOthers: false }) },
  "github.replay": { who: platform, input: (world) => ({ id: world.webhook }) },
  "github.replayMany": { who: platform, input: () => ({ state: "done" }) },
  "github.replays": { who: platform },
  "github.setPayloadDays": { who: adminOnly, input: () => ({ days: 91 }) },
  "github.status": { who: platform },
};
