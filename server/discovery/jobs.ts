import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readEnv } from "#server/core/env.ts";
import { findDomainError, type TooManyError } from "#server/core/errors.ts";
import { type AnyJob, defineJob, enqueue, type Job, type JobTools } from "#server/core/jobs.ts";
import { followCheckDelivery, runCheckJobName } from "./check/request-check.ts";
import { runCheck } from "./check/run-check.ts";
import { followDelivery, readPeopleJobName, readReadersJobName, withHost } from "./follow-delivery.ts";
import { followGitlabDelivery } from "./follow-gitlab.ts";
import { lookAtRepository } from "./look-at-repository.ts";
import { openPullRequest, openPullRequestJobName } from "./proposals/open-pull-request.ts";
import { readRepository } from "./repository-row.ts";
import { readPeopleOnce, readReadersOnce, runDiscovery, runDiscoveryJobName } from "./run-discovery.ts";
import { scheduleDiscovery } from "./schedule-discovery.ts";
import { readScope } from "./scope.ts";

/** Does it again when the host's limit is renewed; what can be told stands in rows and would not change by trying. */
async function patiently<Data extends object>(
  { ctx }: { ctx: Ctx },
  job: Pick<Job<Data>, "name">,
  data: Data,
  { work, key }: { work: () => Promise<void>; key: string | undefined },
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const told = findDomainError(error);
    // A host that is down may be up soon: the queue tries again.
    if (!told || told.code === "unavailable") throw error;
    if (told.code !== "too_many") return;
    const startAfterSeconds = Math.ceil((told as TooManyError).retryAfterSeconds ?? 60) + 1;
    await enqueue(ctx, job, data, { startAfterSeconds, ...(key ? { key } : {}) });
  }
}

const job = <Data extends object>(
  name: string,
  work: (tools: JobTools, data: Data) => Promise<void>,
  more: Partial<Job<Data>> & { keyOf?: (data: Data) => string } = {},
) => {
  const { keyOf, ...rest } = more;
  return defineJob<Data>({
    name,
    isSingleton: keyOf !== undefined,
    work: (tools, data) =>
      patiently(tools, { name }, data, { work: () => work(tools, data), key: keyOf?.(data) }),
    ...rest,
  });
};

type OfConnection = { connectionId: string };

export const discoveryJobs: readonly AnyJob[] = [
  defineJob({
    name: "discovery-schedule",
    cron: "* * * * *",
    isSingleton: true,
    work: ({ ctx }) => scheduleDiscovery(ctx),
  }),
  defineJob<OfConnection>({
    name: runDiscoveryJobName,
    isSingleton: true,
    expireInSeconds: 6 * 3600,
    work: runDiscovery,
  }),
  job<{ deliveryId: number }>("discovery-follow-delivery", followDelivery, {
    sideBySide: 6,
  }),
  job<{ deliveryId: number }>("discovery-follow-gitlab", followGitlabDelivery, { sideBySide: 6 }),
  job<{ repositoryId: string; isForced?: boolean }>(
    "discovery-read-repository",
    async (tools, { repositoryId, isForced }) => {
      if (isForced)
        await tools.ctx.db.execute(
          sql`update discovered_repositories set commit = null where repository_id = ${repositoryId}`,
        );
      const row = await readRepository(tools.ctx, repositoryId);
      if (row)
        await withHost(tools, row.connectionId, async (look) => void (await lookAtRepository(look, row.id)));
    },
    { keyOf: ({ repositoryId }) => repositoryId },
  ),
  job<OfConnection>(
    readPeopleJobName,
    async (tools, { connectionId }) => {
      if (!(await readScope(tools.ctx, connectionId)).withPeople) return;
      await withHost(tools, connectionId, (look) => readPeopleOnce(look, connectionId));
    },
    { keyOf: ({ connectionId }) => connectionId },
  ),
  job<OfConnection>(
    readReadersJobName,
    (tools, { connectionId }) =>
      withHost(tools, connectionId, (look) => readReadersOnce(look, connectionId, true)),
    { keyOf: ({ connectionId }) => connectionId },
  ),
  job<{ proposalId: string }>(openPullRequestJobName, openPullRequest),
  job<{ deliveryId: number }>("discovery-check-delivery", ({ ctx }, data) => followCheckDelivery(ctx, data)),
  job<{ checkId: string }>(
    runCheckJobName,
    (tools, data) => runCheck(tools, data, { publicUrl: readEnv().MILEPOST_URL ?? null }),
    { retryLimit: 6 },
  ),
];
