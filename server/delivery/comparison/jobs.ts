import { listSourceConnections } from "#server/connections/stored-connection.ts";
import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { compareRepositoriesJobName } from "#server/github/missing/settle-misses.ts";
import { compareRepositories } from "./compare-repositories.ts";

/** Its key is the connection. */
const compareRepositoriesJob = defineJob<{ connectionId: string }>({
  name: compareRepositoriesJobName,
  isSingleton: true,
  expireInSeconds: 3 * 3600,
  work: (tools, data) => compareRepositories(tools, data),
});

/** Every night all of them: what has not changed costs no rate limit. */
const compareAllRepositoriesJob = defineJob<Record<string, never>>({
  name: "delivery-compare-all",
  isSingleton: true,
  cron: "25 1 * * *",
  work: async ({ ctx }) => {
    for (const { id, disabledAt } of await listSourceConnections(ctx))
      if (!disabledAt)
        await enqueue(ctx, { name: compareRepositoriesJobName }, { connectionId: id }, { key: id });
  },
});

export const comparisonJobs: readonly AnyJob[] = [compareRepositoriesJob, compareAllRepositoriesJob];
