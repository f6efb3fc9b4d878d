import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import { interpretInboxJob } from "#server/github/wake-inbox.ts";
import { deliveryInterpreter } from "./interpreter.ts";

/** Well under the job's expiry; what is left then is taken up by the next run. */
const longestRunMs = 60_000;

/** Works in what the inbox holds. Woken by each webhook; every minute in any case, for what is to be tried again. */
const interpretInbox = defineJob({
  ...interpretInboxJob,
  isSingleton: true,
  expireInSeconds: 300,
  cron: "* * * * *",
  work: async ({ ctx, signal }) => {
    const until = Date.now() + longestRunMs;
    while (!signal.aborted && (await interpretDeliveries(ctx, deliveryInterpreter)) > 0)
      if (Date.now() > until) return enqueue(ctx, interpretInboxJob, {});
  },
});

export const deliveryJobs: readonly AnyJob[] = [interpretInbox];
