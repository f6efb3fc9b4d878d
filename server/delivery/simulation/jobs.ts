import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { forgetSimulations } from "./forget-simulations.ts";
import { simulateRulesJob } from "./simulate-rules-job.ts";
import { workSimulation } from "./work-simulation.ts";

/** Well under the job's expiry; what is left then is taken up by the next run. */
const longestRunMs = 60_000;

/** Every minute in any case, for one whose worker is gone. */
const simulateRules = defineJob({
  ...simulateRulesJob,
  isSingleton: true,
  expireInSeconds: 900,
  cron: "* * * * *",
  work: async ({ ctx, signal }) => {
    const until = Date.now() + longestRunMs;
    if (await workSimulation(ctx, () => signal.aborted || Date.now() > until))
      await enqueue(ctx, simulateRulesJob, {});
  },
});

const forgetOldSimulations = defineJob({
  name: "delivery-forget-simulations",
  isSingleton: true,
  cron: "37 4 * * *",
  work: async ({ ctx }) => forgetSimulations(ctx),
});

export const deliverySimulationJobs: readonly AnyJob[] = [simulateRules, forgetOldSimulations];
