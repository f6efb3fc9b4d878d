import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import { interpretInboxJob } from "#server/github/wake-inbox.ts";
import { importHistory, importHistoryJobName } from "./import-history.ts";
import { deliveryInterpreter } from "./interpreter.ts";

/** Well under the job's expiry; what is left then is taken up by the next run. */
const longestRunMs = 60_000;

/** Works in what the inbox holds. Woken by each webhook; every minute in any case, for what is to be tried again. */
const interpretInbox = defineJob({
  ...interpretInboxJob,
  isSingleton: true,
  // A push shows two seconds after its webhook: this is the first of the two steps.
  pollSeconds: 0.5,
  expireInSeconds: 300,
  cron: "* * * * *",
  work: async ({ ctx, signal }) => {
    const until = Date.now() + longestRunMs;
    while (!signal.aborted && (await interpretDeliveries(ctx, deliveryInterpreter)) > 0)
      if (Date.now() > until) return enqueue(ctx, interpretInboxJob, {});
  },
});

const importHistoryJob = defineJob<{ connectionId: string }>({
  name: importHistoryJobName,
  isSingleton: true,
  expireInSeconds: 3 * 3600,
  work: async (tools, data) => void (await importHistory(tools, data)),
});

export const deliveryJobs: readonly AnyJob[] = [interpretInbox, importHistoryJob];
