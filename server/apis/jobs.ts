import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { followLocation, removeLeftBehind } from "./follow-location.ts";
import { openDefinitionReader } from "./reading/definition-reader.ts";

/** Reads the definitions that an import brought; the catalogue enqueues it by its name. */
const followLocationJob = defineJob<{ locationId: string }>({
  name: "apis-follow-location",
  retryLimit: 2,
  expireInSeconds: 3600,
  isSingleton: true,
  work: async ({ ctx, signal }, { locationId }) => {
    const reader = openDefinitionReader();
    try {
      await followLocation(ctx, locationId, reader, signal);
    } finally {
      await reader.close();
    }
  },
});

/** What removed locations left behind. */
const tidyJob = defineJob<Record<string, never>>({
  name: "apis-tidy",
  isSingleton: true,
  cron: "17 3 * * *",
  work: ({ ctx }) => removeLeftBehind(ctx),
});

export const apisJobs: readonly AnyJob[] = [followLocationJob, tidyJob];
