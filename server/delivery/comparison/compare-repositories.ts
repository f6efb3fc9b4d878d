import { eq, sql } from "drizzle-orm";
import { repositoryComparisons } from "#db/schema/github.ts";
import { openConnection } from "#server/connections/open-connection.ts";
import type { SourceHost } from "#server/connections/source-host.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError, type TooManyError } from "#server/core/errors.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Outside } from "#server/core/outside.ts";
import { compareRepositoriesJobName } from "#server/github/missing/settle-misses.ts";
import { namesOfListed } from "#server/github/names-of-listed.ts";
import { keyOf, type Repository } from "../back-fill/host-facts.ts";
import { takeListed } from "../repositories/take-listed.ts";
import { noteGap } from "./note-gap.ts";
import { noteSourceGaps } from "./note-source-gaps.ts";
import { takeCommits, takeDeployments, takeIncidents, takePullRequests } from "./take-changed.ts";

export type ComparisonTools = {
  ctx: Ctx;
  outside: Outside;
  signal: AbortSignal;
  keyring?: () => Keyring;
};

/** A repository with how far it was compared; `missingFrom` where webhooks are known to be missing. */
export type Compared = Repository & {
  comparedUntil: Date | null;
  missingFrom: Date | null;
  missingUntil: Date | null;
};

const day = 86_400_000;
/** What changed just before the last comparison may have been listed late. */
const overlapMs = 10 * 60_000;
/** Of a repository that was never compared. */
const firstDays = 7;

const takes = [
  { what: "deployments", noun: "deployments", take: takeDeployments },
  { what: "incidents", noun: "issues", take: takeIncidents },
  { what: null, noun: "pull requests", take: takePullRequests },
  { what: null, noun: "commits", take: takeCommits },
] as const;

/**
 * Reads from the host what changed since the last comparison, and takes in what is not here: the net below the webhooks,
 * and the only one beyond the days for which a host repeats them. Those where something is known to be missing come first;
 * what cannot be read is noted as a gap in the time that was observed. Doing it again asks only for what is new.
 */
export async function compareRepositories(
  tools: ComparisonTools,
  { connectionId }: { connectionId: string },
): Promise<void> {
  const { ctx, outside, signal } = tools;
  const options = tools.keyring ? { keyring: tools.keyring } : {};
  const host = await openConnection(ctx, outside, connectionId, options);
  try {
    await takeListed(ctx, connectionId);
    for (const repository of await readRepositories(ctx, connectionId)) {
      signal.throwIfAborted();
      await compareRepository(tools, host, repository);
    }
  } catch (error) {
    const told = findDomainError(error);
    if (told?.code !== "too_many") throw error;
    const wait = Math.ceil((told as TooManyError).retryAfterSeconds ?? 60) + 1;
    const job = { name: compareRepositoriesJobName };
    await enqueue(ctx, job, { connectionId }, { key: connectionId, startAfterSeconds: wait });
  } finally {
    await host.close();
  }
}

type Row = Omit<Compared, "comparedUntil" | "missingFrom" | "missingUntil"> &
  Record<"comparedUntil" | "missingFrom" | "missingUntil", string | Date | null>;

async function readRepositories(ctx: Ctx, connectionId: string): Promise<Compared[]> {
  const rows = await ctx.db.execute<Row>(sql`
    select r.id, r.external_id as "externalId", r.full_name as "fullName", r.url, r.default_branch as "defaultBranch",
      c.compared_until as "comparedUntil", c.missing_from as "missingFrom", c.missing_until as "missingUntil"
    from source_repositories r left join repository_comparisons c on c.repository_id = r.id
    where r.connection_id = ${connectionId} and r.gone_at is null
      and exists (select 1 from ${namesOfListed} join entities e on e.project_slug = own.slug where e.kind_key = 'component')
    order by c.missing_from is null, r.pushed_at desc nulls last, r.id`);
  const at = (value: string | Date | null) => (value === null ? null : new Date(value));
  return rows.map((row) => ({
    ...row,
    comparedUntil: at(row.comparedUntil),
    missingFrom: at(row.missingFrom),
    missingUntil: at(row.missingUntil),
  }));
}

async function compareRepository(
  { ctx }: ComparisonTools,
  host: SourceHost,
  repository: Compared,
): Promise<void> {
  const beganAt = ctx.now();
  const since = sinceOf(repository, beganAt);
  let found = 0;
  const failures: string[] = [];
  for (const { what, noun, take } of takes)
    try {
      found += await take(ctx, host, repository, since);
    } catch (error) {
      const told = findDomainError(error);
      if (!told || told.code === "too_many" || told.code === "unavailable") {
        await keep(ctx, repository.id, {
          failure: told?.message ?? "It ended unexpectedly",
          failedAt: ctx.now(),
        });
        throw error;
      }
      failures.push(told.message);
      if (what && repository.missingFrom)
        await noteGap(ctx, {
          subject: keyOf(repository),
          what,
          from: repository.missingFrom,
          until: repository.missingUntil ?? beganAt,
          reason: `Webhooks are missing, and ${noun} could not be read instead: ${told.message}`,
        });
    }
  if (repository.missingFrom)
    await noteSourceGaps(ctx, {
      repositoryId: keyOf(repository),
      from: repository.missingFrom,
      until: repository.missingUntil ?? beganAt,
    });
  await keep(ctx, repository.id, {
    comparedUntil: beganAt,
    comparedAt: ctx.now(),
    missingFrom: null,
    missingUntil: null,
    found,
    failure: failures.length > 0 ? failures.join(". ") : null,
    failedAt: failures.length > 0 ? ctx.now() : null,
  });
}

function sinceOf({ comparedUntil, missingFrom }: Compared, now: Date): Date {
  const last = comparedUntil?.getTime() ?? now.getTime() - firstDays * day;
  return new Date(Math.min(last, missingFrom?.getTime() ?? last) - overlapMs);
}

async function keep(
  ctx: Ctx,
  repositoryId: string,
  values: Partial<typeof repositoryComparisons.$inferInsert>,
): Promise<void> {
  const updated = await ctx.db
    .update(repositoryComparisons)
    .set(values)
    .where(eq(repositoryComparisons.repositoryId, repositoryId))
    .returning({ id: repositoryComparisons.repositoryId });
  if (updated.length > 0) return;
  await ctx.db
    .insert(repositoryComparisons)
    .values({ ...values, repositoryId })
    .onConflictDoUpdate({ target: repositoryComparisons.repositoryId, set: values });
}
