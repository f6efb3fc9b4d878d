import { setTimeout as pause } from "node:timers/promises";
import { readEnv } from "#server/core/env.ts";
import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { interpretInboxJob } from "#server/github/wake-inbox.ts";
import { importHistoryJobName } from "./back-fill/import-job-name.ts";
import { orderImports } from "./back-fill/order-imports.ts";
import { forgetLooks } from "./decisions/forget-looks.ts";
import { keepFiguresJob, keepLongFiguresJob } from "./figures/figures-job-name.ts";
import { keepFigures, keepLongFigures } from "./figures/keep-figures.ts";
import { importHistory } from "./import-history.ts";
import { projectServicesJob } from "./projection/mark-services-due.ts";
import { projectDue } from "./projection/project-due.ts";
import { tellPullRequests, tellPullRequestsJobName } from "./where/comments/tell-pull-requests.ts";
import { workInbox } from "./work-inbox.ts";

/** Well under the job's expiry; what is left then is taken up by the next run. */
const longestRunMs = 60_000;

/** Works in what the inbox holds. Woken by each webhook; for what is to be tried again by `watchInbox` in the worker. */
const interpretInbox = defineJob({
  ...interpretInboxJob,
  isSingleton: true,
  hasOneKey: true,
  expireInSeconds: 300,
  work: async ({ ctx, signal }) => {
    const until = Date.now() + longestRunMs;
    if (await workInbox(ctx, () => signal.aborted || Date.now() > until))
      await enqueue(ctx, interpretInboxJob, {});
  },
});

const importHistoryJob = defineJob<{ connectionId: string }>({
  name: importHistoryJobName,
  isSingleton: true,
  retryLimit: 20,
  expireInSeconds: 1800,
  work: async (tools, data) => void (await importHistory(tools, data)),
});

/** Takes up what an ended process left; each night all of them, for repositories and services that are new. */
const orderImportsJob = defineJob({
  name: "delivery-order-imports",
  isSingleton: true,
  cron: "*/5 * * * *",
  work: async ({ ctx }) => orderImports(ctx),
});

/**
 * After a run, so long nothing is made anew: a stream of webhooks costs a run in each pause and not one for each of them.
 * What comes in the meantime waits as a job of its own, so that the last change is not lost.
 */
const pauseMs = 1_000;

/** Kept figures follow each change; every minute in any case, for the day that begins and services that move. */
const keepFiguresNow = defineJob({
  ...keepFiguresJob,
  isSingleton: true,
  hasOneKey: true,
  expireInSeconds: 600,
  cron: "* * * * *",
  work: async ({ ctx, signal }) => {
    await keepFigures(ctx);
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  },
});

const keepLongFiguresNow = defineJob({
  ...keepLongFiguresJob,
  isSingleton: true,
  hasOneKey: true,
  expireInSeconds: 1800,
  work: async ({ ctx }) => keepLongFigures(ctx),
});

const projectServices = defineJob({
  ...projectServicesJob,
  isSingleton: true,
  hasOneKey: true,
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
  orderImportsJob,
  keepFiguresNow,
  keepLongFiguresNow,
];
