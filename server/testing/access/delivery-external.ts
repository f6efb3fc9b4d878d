import type { Who } from "../access-expected.ts";
import type { ProcedureRow, RestRow } from "./row.ts";

const leaders: Who = ["leader", "platform"];
const text = "service,deployed at\nours,2026-01-05T10:00:00Z\n";

export const deliveryExternalProcedures: Readonly<Record<string, ProcedureRow>> = {
  "deliveryExternal.comparison": { who: leaders, input: (world) => ({ id: world.externalFile }) },
  "deliveryExternal.files": { who: leaders },
  "deliveryExternal.import": {
    who: leaders,
    input: () => ({ text, tool: "Another tool", fileName: "deployments.csv" }),
  },
  "deliveryExternal.preview": { who: leaders, input: () => ({ text }) },
  "deliveryExternal.remove": { who: leaders, input: (world) => ({ id: world.externalFile }) },
};

export const deliveryExternalRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/delivery/external/:id/rows.csv": {
    who: leaders,
    path: (world) => `/api/v1/delivery/external/${world.externalFile}/rows.csv`,
  },
};
