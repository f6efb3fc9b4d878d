import { cancelSimulation, discardSimulation } from "#server/delivery/simulation/end-simulation.ts";
import {
  ListMoves,
  ListSimulated,
  SaveSimulation,
  SimulationId,
  StartSimulation,
} from "#server/delivery/simulation/inputs.ts";
import { readMoves, readSimulated } from "#server/delivery/simulation/read-simulated.ts";
import { readRulesState, readSimulation } from "#server/delivery/simulation/read-simulations.ts";
import { saveSimulation } from "#server/delivery/simulation/save-simulation.ts";
import { startSimulation } from "#server/delivery/simulation/start-simulation.ts";
import { role, router } from "./init.ts";

/** The organisation's rules of delivery, tried on every service before they are saved. */
export const deliverySimulations = router({
  cancel: role("platform")
    .input(SimulationId)
    .mutation(({ ctx, input }) => cancelSimulation(ctx, input)),
  discard: role("platform")
    .input(SimulationId)
    .mutation(({ ctx, input }) => discardSimulation(ctx, input)),
  moves: role("platform")
    .input(ListMoves)
    .query(({ ctx, input }) => readMoves(ctx, input)),
  one: role("platform")
    .input(SimulationId)
    .query(({ ctx, input }) => readSimulation(ctx, input)),
  save: role("platform")
    .input(SaveSimulation)
    .mutation(({ ctx, input }) => saveSimulation(ctx, input)),
  services: role("platform")
    .input(ListSimulated)
    .query(({ ctx, input }) => readSimulated(ctx, input)),
  start: role("platform")
    .input(StartSimulation)
    .mutation(({ ctx, input }) => startSimulation(ctx, input)),
  state: role("platform").query(({ ctx }) => readRulesState(ctx)),
});
