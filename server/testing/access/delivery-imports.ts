import type { World } from "../world.ts";
import { type ProcedureRow, platform } from "./row.ts";

const connection = (world: World) => ({ connectionId: world.discovered.connection });

export const deliveryImportProcedures: Readonly<Record<string, ProcedureRow>> = {
  "deliveryImports.cancel": { who: platform, input: connection },
  "deliveryImports.list": { who: platform },
  "deliveryImports.repositories": { who: platform, input: connection },
  "deliveryImports.retry": { who: platform, input: connection },
  "deliveryImports.start": {
    who: platform,
    input: (world) => ({ ...connection(world), reachDays: 365, isAnew: false }),
  },
};
