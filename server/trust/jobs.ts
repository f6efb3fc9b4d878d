import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { readPushForTrust } from "./read-push.ts";
import { followImport, tendTrust } from "./tend-trust.ts";

const tendTrustJob = defineJob({
  name: "trust-tend",
  isSingleton: true,
  cron: "20 3 * * *",
  work: ({ ctx }) => tendTrust(ctx),
});

const followImportJob = defineJob<{ locationId: string }>({
  name: "trust-follow-import",
  isSingleton: true,
  work: ({ ctx }, data) => followImport(ctx, data),
});

const readPushJob = defineJob<{ deliveryId: number }>({
  name: "trust-read-push",
  work: ({ ctx }, data) => readPushForTrust(ctx, data),
});

export const trustJobs: readonly AnyJob[] = [tendTrustJob, followImportJob, readPushJob];
