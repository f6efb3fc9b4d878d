import { type ProcedureRow, platform } from "./row.ts";

export const recoveryProcedures: Readonly<Record<string, ProcedureRow>> = {
  "recovery.backups": { who: platform },
  "recovery.requestBackup": { who: platform },
};
