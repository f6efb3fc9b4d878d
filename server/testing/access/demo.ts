import { type ProcedureRow, platform } from "./row.ts";

export const demoProcedures: Readonly<Record<string, ProcedureRow>> = {
  "demo.remove": { who: platform },
  "demo.state": { who: "anyone" },
};
