import { readEnv } from "#server/core/env.ts";
import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { removeDemoFiles } from "./demo-files.ts";
import { cleanUpDemoJob, liveOnJob, loadDemoJob } from "./demo-jobs.ts";
import { readDemo } from "./demo-record.ts";
import { liveOn } from "./live-on.ts";
import { loadDemo } from "./load-demo.ts";

const settings = () => ({ keyring: currentKeyring(), dataDir: readEnv().dataDir });

const load = defineJob({
  ...loadDemoJob,
  isSingleton: true,
  expireInSeconds: 600,
  work: (tools) => loadDemo({ ...tools, ...settings() }),
});

const live = defineJob({
  ...liveOnJob,
  isSingleton: true,
  expireInSeconds: 240,
  cron: "*/5 * * * *",
  work: async ({ ctx }) => {
    await liveOn(ctx, settings());
  },
});

const cleanUp = defineJob({
  ...cleanUpDemoJob,
  isSingleton: true,
  work: async ({ ctx }) => {
    if ((await readDemo(ctx)).state === "removed") await removeDemoFiles(settings().dataDir);
  },
});

export const demoJobs: readonly AnyJob[] = [load, live, cleanUp];
