import { sql } from "drizzle-orm";
import { openConnection } from "#server/connections/open-connection.ts";
import type { HostDeployment, HostDeploymentStatus, SourceHost } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError, type TooManyError } from "#server/core/errors.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { Outside } from "#server/core/outside.ts";
import type { DeliveryFacts, RepositoryFact } from "./facts.ts";
import { completeHistory } from "./history/complete-history.ts";
import { markServicesDue } from "./projection/mark-services-due.ts";
import { readDelivery } from "./read-delivery.ts";
import { repositoryFact, repositoryKey } from "./webhooks/payload-parts.ts";
import { writeFacts } from "./write-facts.ts";

export const importHistoryJobName = "delivery-import-history";

/** What the portal shows of the past, in days. */
export const historyDays = 90;
/** Deployments of one repository, the newest first: one that deploys more often than that has enough to show. */
const mostOfRepository = 500;
const atOnce = 6;

export type HistoryTools = {
  ctx: Ctx;
  outside: Outside;
  signal: AbortSignal;
  onProgress?: (done: number, total: number) => void;
};

/** `waiting` deployments are left for when the host's rate limit is renewed; a job is ordered for that. */
export type ImportedHistory = {
  services: number;
  deployments: number;
  waiting: number;
  trouble: string | null;
};

export type Repository = {
  id: string;
  externalId: string;
  fullName: string;
  url: string;
  defaultBranch: string;
};
type Wanted = { repository: Repository; deployment: HostDeployment };

/**
 * Reads the deployments of the last 90 days of every repository that the catalogue has a service of, and takes them in
 * as webhooks would have told of them: what came by webhook is newer and stays. Newest first across all repositories, so
 * that a used-up rate limit leaves no service without its last deployments. Doing it again asks only for what is missing.
 */
export async function importHistory(
  tools: HistoryTools,
  input: { connectionId: string },
): Promise<ImportedHistory> {
  const { ctx, outside, signal } = tools;
  const host = await openConnection(ctx, outside, input.connectionId);
  const since = new Date(ctx.now().getTime() - historyDays * 86_400_000);
  const found: ImportedHistory = { services: 0, deployments: 0, waiting: 0, trouble: null };
  try {
    const repositories = await listRepositories(ctx, input.connectionId);
    const wanted = await listWanted(ctx, host, repositories, since, found);
    await eachOf(wanted, signal, async (one, index) => {
      await takeIn(ctx, host, one, since);
      found.deployments += 1;
      tools.onProgress?.(index + 1, wanted.length);
    }).catch((error: unknown) => {
      const told = findDomainError(error);
      if (told?.code !== "too_many") throw error;
      found.waiting = wanted.length - found.deployments;
      found.trouble = told.message;
      return goOnLater(ctx, input.connectionId, told as TooManyError);
    });
    for (const repository of repositories) {
      signal.throwIfAborted();
      await completeHistory(ctx, host, hostRepositoryFact(repository, since));
    }
  } catch (error) {
    const told = findDomainError(error);
    if (!told || told.code === "unavailable") throw error;
    found.trouble = told.message;
    if (told.code === "too_many") await goOnLater(ctx, input.connectionId, told as TooManyError);
  } finally {
    await host.close();
  }
  return found;
}

const goOnLater = (ctx: Ctx, connectionId: string, { retryAfterSeconds }: TooManyError) =>
  enqueue(
    ctx,
    { name: importHistoryJobName },
    { connectionId },
    {
      key: connectionId,
      startAfterSeconds: Math.ceil(retryAfterSeconds ?? 60) + 1,
    },
  );

/** Those that the catalogue has a service of, the liveliest first. */
async function listRepositories(ctx: Ctx, connectionId: string): Promise<Repository[]> {
  return ctx.db.execute<Repository>(sql`
    select r.id, r.external_id as "externalId", r.full_name as "fullName", r.url, r.default_branch as "defaultBranch"
    from source_repositories r where r.connection_id = ${connectionId} and r.gone_at is null
      and exists (select 1 from entities e where e.project_slug = r.slug and e.kind_key = 'component')
    order by r.pushed_at desc nulls last, r.id`);
}

/** The newest of each repository, then the second newest of each, and so on; without those whose outcome is known. */
async function listWanted(
  ctx: Ctx,
  host: SourceHost,
  repositories: readonly Repository[],
  since: Date,
  found: ImportedHistory,
): Promise<Wanted[]> {
  const rounds: Wanted[][] = [];
  for (const repository of repositories) {
    const known = await readKnown(ctx, repository);
    let rank = 0;
    for await (const page of host.listDeployments(repository.fullName, since)) {
      for (const deployment of page) {
        if (deployment.createdAt < since || known.has(Number(deployment.id))) continue;
        rounds[rank] = [...(rounds[rank] ?? []), { repository, deployment }];
        rank += 1;
      }
      if (rank >= mostOfRepository) break;
    }
    found.services += 1;
    await noteObserved(ctx, repository, since, rank === 0);
  }
  return rounds.flat();
}

export const keyOf = ({ externalId, fullName, url }: Repository) =>
  repositoryKey({ id: Number(externalId), full_name: fullName, html_url: url });

async function readKnown(ctx: Ctx, repository: Repository): Promise<Set<number>> {
  const rows = await ctx.db.execute<{ number: string }>(sql`
    select number from deployments where repository_id = ${keyOf(repository)}
      and (succeeded_at is not null or failed_at is not null)`);
  return new Set(rows.map(({ number }) => Number(number)));
}

/** A repository without a deployment was looked at all the same: from then on a week without one is zero, not unknown. */
async function noteObserved(ctx: Ctx, repository: Repository, since: Date, isEmpty: boolean): Promise<void> {
  if (!isEmpty) return;
  await ctx.db.execute(sql`
    update repositories set observed_since = least(observed_since, ${since.toISOString()}::timestamptz)
    where id = ${keyOf(repository)}`);
}

/** One deployment with its states, by the very way that a webhook takes. */
async function takeIn(
  ctx: Ctx,
  host: SourceHost,
  { repository, deployment }: Wanted,
  since: Date,
): Promise<void> {
  const statuses = await host.listDeploymentStatuses(repository.fullName, deployment.id);
  const facts = readHostDeployment(repository, deployment, statuses, since);
  if (facts.length === 0) return;
  await inTransaction(ctx, async (tx) => {
    await writeFacts(tx, facts);
    await markServicesDue(tx, facts);
  });
}

/** The same facts as webhooks of it would have brought; whatever a webhook says of it is newer. */
export function readHostDeployment(
  repository: Repository,
  deployment: HostDeployment,
  statuses: readonly HostDeploymentStatus[],
  since: Date,
): DeliveryFacts[] {
  const payload = {
    deployment: {
      id: Number(deployment.id),
      sha: deployment.sha,
      ref: deployment.ref,
      task: deployment.task ?? "deploy",
      environment: deployment.environment,
      production_environment: deployment.isProduction,
      transient_environment: deployment.isTransient,
      created_at: deployment.createdAt.toISOString(),
      // Older than anything that a webhook says of it.
      updated_at: deployment.createdAt.toISOString(),
    },
    repository: repositoryPayload(repository),
  };
  const delivered = { guid: "0", receivedAt: since, isDemo: false };
  const readings = [
    readDelivery({ ...delivered, event: "deployment", payload }),
    ...statuses
      .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      .map(({ state, createdAt }) =>
        readDelivery({
          ...delivered,
          event: "deployment_status",
          payload: { ...payload, deployment_status: { state, created_at: createdAt.toISOString() } },
        }),
      ),
  ];
  return readings.flatMap((reading) => (reading.state === "done" ? [reading.facts] : []));
}

/** What is known of a repository of a connection; whatever a webhook says of it is newer. */
export const hostRepositoryFact = (repository: Repository, since: Date): RepositoryFact =>
  repositoryFact(
    repositoryPayload(repository),
    { event: "push", payload: {}, guid: "0", receivedAt: since, isDemo: false },
    new Date(0),
  );

/** A repository of a connection as webhooks write it. */
export const repositoryPayload = (repository: Repository) => ({
  id: Number(repository.externalId),
  full_name: repository.fullName,
  default_branch: repository.defaultBranch,
  html_url: repository.url,
});

/** Works through the list with a few at once and in its order; the first error ends it. */
async function eachOf(
  list: readonly Wanted[],
  signal: AbortSignal,
  work: (one: Wanted, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    while (next < list.length && !failure) {
      signal.throwIfAborted();
      const index = next;
      next += 1;
      const one = list[index];
      if (!one) return;
      await work(one, index).catch((error: unknown) => {
        failure ??= { error };
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failure) throw failure.error;
}
