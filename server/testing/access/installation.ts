import { type ProcedureRow, platform } from "./row.ts";

export const installationProcedures: Readonly<Record<string, ProcedureRow>> = {
  "installation.current": { who: "anyone" },
  "installation.settings": { who: ["admin"] },
  "installation.setTimeZone": {
    who: { peopleOnly: ["admin"] },
    input: () => ({ timeZone: "Europe/Berlin" }),
  },
  "installation.storedData": { who: platform },
};
