import { adminOnly, everything, type ProcedureRow, platform, type RestRow } from "./row.ts";

export const shadowProcedures: Readonly<Record<string, ProcedureRow>> = {
  "shadow.cancel": { who: platform },
  "shadow.connect": {
    who: adminOnly,
    input: () => ({ address: "https://backstage.example.com" }),
  },
  "shadow.entities": { who: platform, input: everything },
  "shadow.overview": { who: platform },
  "shadow.read": { who: platform },
  "shadow.remove": { who: adminOnly },
};

export const shadowRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/shadow/entities.csv": { who: platform, path: () => "/api/v1/shadow/entities.csv" },
};
