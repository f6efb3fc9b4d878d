import { bothServices, everything, ourService, type ProcedureRow, platform } from "./row.ts";

export const deliveryProcedures: Readonly<Record<string, ProcedureRow>> = {
  "delivery.deployments": { who: "signed in", input: ourService },
  "delivery.incidents": { who: "signed in", input: ourService },
  "delivery.lastDeployments": { who: "signed in", input: bothServices },
  "delivery.openIncidents": { who: "signed in", input: bothServices },
  "delivery.runs": { who: "signed in", input: ourService },
  "delivery.service": { who: "signed in", input: ourService },
  "delivery.unmatched": { who: platform, input: everything },
  "delivery.weekly": { who: "signed in", input: ourService },
};
