import { readEnv } from "#server/core/env.ts";
import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { interpretInboxJob } from "#server/github/wake-inbox.ts";
import { forgetLooks } from "./decisions/forget-looks.ts";
import { keepFiguresJob, keepLongFiguresJob } from "./figures/figures-job-name.ts";
import { keepFigures, keepLongFigures } from "./figures/keep-figures.ts";
import { importHistory, importHistoryJobName } from "./import-history.ts";
import { projectServicesJob } from "./projection/mark-services-due.ts";
import { projectDue } from "./projection/project-due.ts";
import { tellPullRequests, tellPullRequestsJobName } from "./where/comments/tell-pull-requests.ts";
import { workInbox } from "./work-inbox.ts";

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
    if (await workInbox(ctx, () => signal.aborted || Date.now() > until))
      await enqueue(ctx, interpretInboxJob, {});
  },
});

const importHistoryJob = defineJob<{ connectionId: string }>({
  name: importHistoryJobName,
  isSingleton: true,
  expireInSeconds: 3 * 3600,
  work: async (tools, data) => void (await importHistory(tools, data)),
});

/** Kept figures follow each change; every minute in any case, for the day that begins and services that move. */
const keepFiguresNow = defineJob({
  ...keepFiguresJob,
  isSingleton: true,
  expireInSeconds: 600,
  cron: "* * * * *",
  work: async ({ ctx }) => keepFigures(ctx),
});

const keepLongFiguresNow = defineJob({
  ...keepLongFiguresJob,
  isSingleton: true,
  expireInSeconds: 1800,
  work: async ({ ctx }) => keepLongFigures(ctx),
});

const projectServices = defineJob({
  ...projectServicesJob,
  isSingleton: true,
  expireInSeconds: 900,
  cron: "* * * * *",
  work: async ({ ctx, signal }) => {
    const until = Date.now() + longestRunMs;
    if (await projectDue(ctx, () => signal.aborted || Date.now() > until))
      await enqueue(ctx, projectServicesJob, {});
  },
});

const forgetOldLooks = defineJob({
  name: "delivery-forget-looks",
  isSingleton: true,
  cron: "29 4 * * *",
  work: async ({ ctx }) => forgetLooks(ctx),
});

const tellPullRequestsNow = defineJob({
  name: tellPullRequestsJobName,
  isSingleton: true,
  expireInSeconds: 900,
  cron: "*/2 * * * *",
  work: async (tools) => tellPullRequests(tools, { publicUrl: readEnv().MILEPOST_URL ?? null }),
});

export const deliveryJobs: readonly AnyJob[] = [
  tellPullRequestsNow,
  forgetOldLooks,
  projectServices,
  interpretInbox,
  importHistoryJob,
  keepFiguresNow,
  keepLongFiguresNow,
];
