import { sql } from "drizzle-orm";
import { inTransaction } from "#server/core/context.ts";
import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { followLocation } from "./follow-location.ts";

/** Renders the documentation of a location after each import; its key is the location, so that two never run side by side. */
export const followLocationJob = defineJob<{ locationId: string }>({
  name: "docs-follow-location",
  retryLimit: 3,
  expireInSeconds: 3600,
  isSingleton: true,
  work: followLocation,
});

/** A new release may render otherwise, and pages of other repositories tell of no push: each night all are looked at. */
const renewJob = defineJob({
  name: "docs-renew",
  isSingleton: true,
  cron: "40 3 * * *",
  work: async ({ ctx }) => {
    const rows = await ctx.db.execute<{ id: string }>(sql`select distinct location_id as id from docs_sites`);
    await inTransaction(ctx, async (tx) => {
      for (const { id } of rows) await enqueue(tx, followLocationJob, { locationId: id }, { key: id });
    });
  },
});

export const docsJobs: readonly AnyJob[] = [followLocationJob, renewJob];
