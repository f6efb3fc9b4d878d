import { listSourceConnections } from "#server/connections/stored-connection.ts";
import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { forgetPayloads } from "./forget-payloads.ts";
import { compareHooks, compareHooksJobName } from "./missing/compare-hooks.ts";
import { replayJobName } from "./replay-deliveries.ts";
import { runReplay } from "./run-replay.ts";

const replayJob = defineJob<{ replayId: string }>({
  name: replayJobName,
  isSingleton: true,
  expireInSeconds: 2 * 3600,
  work: (tools, data) => runReplay(tools, data),
});

/** Well under the job's expiry; what is left then is done by the next run. */
const longestRunMs = 20 * 60_000;

const forgetPayloadsJob = defineJob<Record<string, never>>({
  name: "github-forget-payloads",
  isSingleton: true,
  expireInSeconds: 1800,
  cron: "40 2 * * *",
  work: async ({ ctx, signal }) => {
    const { isDone } = await forgetPayloads(ctx, signal, Date.now() + longestRunMs);
    if (!isDone && !signal.aborted) await enqueue(ctx, { name: "github-forget-payloads" }, {});
  },
});

/** Its key is the connection. */
const compareHooksJob = defineJob<{ connectionId: string }>({
  name: compareHooksJobName,
  isSingleton: true,
  expireInSeconds: 3300,
  work: (tools, data) => compareHooks(tools, data),
});

const compareAllHooksJob = defineJob<Record<string, never>>({
  name: "github-compare-all-hooks",
  isSingleton: true,
  cron: "7 * * * *",
  work: async ({ ctx }) => {
    for (const { id, kind, disabledAt } of await listSourceConnections(ctx))
      if (kind === "github" && !disabledAt)
        await enqueue(ctx, compareHooksJob, { connectionId: id }, { key: id });
  },
});

export const githubJobs: readonly AnyJob[] = [
  replayJob,
  forgetPayloadsJob,
  compareHooksJob,
  compareAllHooksJob,
];
