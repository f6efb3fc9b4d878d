import { everything, type ProcedureRow, platform } from "./row.ts";

export const githubProcedures: Readonly<Record<string, ProcedureRow>> = {
  "github.count": { who: platform, input: everything },
  "github.deliveries": { who: platform, input: everything },
  "github.delivery": { who: platform, input: (world) => ({ id: world.webhook }) },
  "github.facets": { who: platform },
  "github.makeSecret": { who: { peopleOnly: ["platform"] }, input: () => ({ retiresOthers: false }) },
  "github.replay": { who: platform, input: (world) => ({ id: world.webhook }) },
  "github.status": { who: platform },
};
