import { findDomainError } from "#server/core/errors.ts";
import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { importLocation } from "./import-location.ts";
import { pollLocation, pollLocationJobName, schedulePolls } from "./poll-locations.ts";
import { previewLocationJob } from "./preview-location.ts";

/** Imports one location; its key is the location, so that two never run side by side. */
export const importLocationJob = defineJob<{ locationId: string }>({
  name: "catalog-import-location",
  retryLimit: 2,
  expireInSeconds: 3600,
  isSingleton: true,
  work: async (tools, data) => {
    try {
      await importLocation(tools, data);
    } catch (error) {
      // What can be told stands in the location's row; trying again would not help.
      if (!findDomainError(error)) throw error;
    }
  },
});

/** Looks at one location that was registered by hand; its key is the location. */
const pollLocationJob = defineJob<{ locationId: string }>({
  name: pollLocationJobName,
  retryLimit: 0,
  expireInSeconds: 3600,
  isSingleton: true,
  work: async (tools, data) => {
    try {
      await pollLocation(tools, data);
    } catch (error) {
      if (!findDomainError(error)) throw error;
    }
  },
});

const schedulePollsJob = defineJob<Record<string, never>>({
  name: "catalog-schedule-polls",
  cron: "* * * * *",
  isSingleton: true,
  work: ({ ctx }) => schedulePolls(ctx),
});

export const catalogJobs: readonly AnyJob[] = [
  importLocationJob,
  pollLocationJob,
  previewLocationJob,
  schedulePollsJob,
];
