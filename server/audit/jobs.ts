import { readEnv } from "#server/core/env.ts";
import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { outsideForConnection } from "#server/core/outside-settings.ts";
import { anchorHeads, checkAuditLog, checkAuditLogJob } from "./check-audit-log.ts";
import { shipEvents } from "./ship-events.ts";

const checkLog = defineJob({
  ...checkAuditLogJob,
  isSingleton: true,
  retryLimit: 1,
  expireInSeconds: 1800,
  cron: "17 3 * * *",
  work: async ({ ctx }) => {
    await checkAuditLog(ctx, readEnv());
  },
});

/** Hourly, and at each start. */
export const anchorHeadsJob = defineJob({
  name: "audit-anchor-heads",
  isSingleton: true,
  expireInSeconds: 120,
  cron: "41 * * * *",
  work: ({ ctx }) => anchorHeads(ctx, readEnv()),
});

const ship = defineJob({
  name: "audit-ship-events",
  isSingleton: true,
  retryLimit: 0,
  expireInSeconds: 300,
  cron: "* * * * *",
  work: async ({ ctx, signal }) => {
    const env = readEnv();
    const outsideFor = (sink: Parameters<typeof outsideForConnection>[1]) => outsideForConnection(env, sink);
    await shipEvents({ ctx, keyring: currentKeyring(), outsideFor, signal });
  },
});

export const auditJobs: readonly AnyJob[] = [checkLog, anchorHeadsJob, ship];
