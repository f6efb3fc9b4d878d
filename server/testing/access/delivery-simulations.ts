import { type ProcedureRow, platform, type RestRow } from "./row.ts";

export const deliverySimulationProcedures: Readonly<Record<string, ProcedureRow>> = {
  "deliverySimulations.cancel": { who: platform, input: (world) => ({ id: world.simulations.open }) },
  "deliverySimulations.discard": { who: platform, input: (world) => ({ id: world.simulations.done }) },
  "deliverySimulations.moves": {
    who: platform,
    input: (world) => ({ id: world.simulations.done, entityRef: world.ours }),
  },
  "deliverySimulations.one": { who: platform, input: (world) => ({ id: world.simulations.done }) },
  "deliverySimulations.save": {
    who: platform,
    input: (world) => ({ id: world.simulations.done, reason: "Our weeks start on Sunday" }),
  },
  "deliverySimulations.services": { who: platform, input: (world) => ({ id: world.simulations.done }) },
  "deliverySimulations.start": { who: platform, input: () => ({ weekStartsOn: 3 }) },
  "deliverySimulations.state": { who: platform },
};

export const deliverySimulationRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/delivery/simulations/:id/deployments.csv": {
    who: platform,
    path: (world) => `/api/v1/delivery/simulations/${world.simulations.done}/deployments.csv`,
  },
  "GET /api/v1/delivery/simulations/:id/services.csv": {
    who: platform,
    path: (world) => `/api/v1/delivery/simulations/${world.simulations.done}/services.csv`,
  },
};
