import { readEnv } from "#server/core/env.ts";
import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { backUpJob } from "./back-up-job.ts";
import { backupSettings } from "./backup-settings.ts";
import { runBackup } from "./run-backup.ts";

/** Each night at 02:20 UTC, and when somebody orders one. However many workers there are, one of them writes it. */
const backUp = defineJob({
  ...backUpJob,
  isSingleton: true,
  retryLimit: 2,
  expireInSeconds: 6 * 3600,
  cron: "20 2 * * *",
  work: async ({ ctx, signal }) => {
    const run = await runBackup(ctx, { ...backupSettings(readEnv()), reason: "schedule", signal });
    // What was ordered is not lost: it waits, and is tried again.
    if (!run) throw new Error("Another process is writing a backup");
  },
});

export const recoveryJobs: readonly AnyJob[] = [backUp];
