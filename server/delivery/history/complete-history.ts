import { sql } from "drizzle-orm";
import { historyBoundaries } from "#db/schema/delivery.ts";
import type { HostCommit, SourceHost } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { CommitFact, RepositoryFact } from "#server/delivery/facts.ts";
import { markServicesDue, projectServicesJob } from "#server/delivery/projection/mark-services-due.ts";
import { writeFacts } from "#server/delivery/write-facts.ts";
import { isBotName, readMessage } from "./read-message.ts";

/** So far before the first deployment that is known, histories are read: older commits count as deployed before it. */
const daysBefore = 120;
/** Release lines and hotfixes lead to commits that the main line does not hold; each costs a request or more. */
const mostLines = 50;
const longestLine = 20_000;

/**
 * Reads from the host the commits that deployments of a repository lead to and whose parents are not known yet: webhooks
 * name no parents, and those before the connection never came. Returns how many commits are new. Doing it again asks for
 * nothing that is known. Throws as the host does.
 */
export async function completeHistory(
  ctx: Ctx,
  host: SourceHost,
  repository: RepositoryFact,
): Promise<number> {
  const [first] = await ctx.db.execute<{ at: string | null }>(sql`
    select min(created_at) as at from deployments where repository_id = ${repository.id}`);
  if (!first?.at) return 0;
  const since = new Date(new Date(first.at).getTime() - daysBefore * 86_400_000);
  let found = 0;
  let isWhole = true;
  for (let line = 0; line < mostLines; line += 1) {
    const sha = await nextUnknown(ctx, repository.id);
    if (!sha) break;
    const fresh = await readLine(ctx, host, repository, sha, since);
    // The host does not have it any more, as after a branch was rewritten: the deployment stays unknown.
    if (fresh === 0) break;
    found += fresh;
    isWhole &&= fresh < longestLine;
  }
  if (found > 0 && isWhole) await closeBoundary(ctx, repository);
  return found;
}

/** The newest deployed commit whose parents nobody told. */
async function nextUnknown(ctx: Ctx, repositoryId: string): Promise<string | null> {
  const [row] = await ctx.db.execute<{ sha: string }>(sql`
    select d.sha from deployments d
    left join commits c on c.repository_id = d.repository_id and c.sha = d.sha
    where d.repository_id = ${repositoryId} and d.succeeded_at is not null and c.parents is null
      and length(d.sha) = 40
    order by d.succeeded_at desc limit 1`);
  return row?.sha ?? null;
}

async function readLine(
  ctx: Ctx,
  host: SourceHost,
  repository: RepositoryFact,
  sha: string,
  since: Date,
): Promise<number> {
  let found = 0;
  for await (const page of host.listCommits(repository.fullName, sha, since)) {
    const shas = page.map((commit) => commit.sha);
    const known = await ctx.db.execute<{ sha: string }>(sql`
      select sha from commits where repository_id = ${repository.id} and parents is not null
        and sha = any(${sql.param(shas)}::text[])`);
    const there = new Set(known.map((row) => row.sha));
    const fresh = page.filter((commit) => !there.has(commit.sha));
    if (fresh.length === 0) break;
    const facts = [{ repository, commits: fresh.map((commit) => toFact(repository.id, commit)) }];
    await inTransaction(ctx, async (tx) => {
      await writeFacts(tx, facts);
      await markServicesDue(tx, facts);
    });
    found += fresh.length;
    if (found >= longestLine) break;
  }
  return found;
}

/** Sorts behind every GUID: the host's own list knows more than a push. */
const hostGuid = "~host";

function toFact(repositoryId: string, commit: HostCommit): CommitFact {
  return {
    repositoryId,
    sha: commit.sha,
    ...readMessage(commit.message.replaceAll("\0", "")),
    authoredAt: commit.authoredAt,
    committedAt: commit.committedAt,
    parents: commit.parents,
    pushParents: [],
    paths: [],
    isBot: isBotName(commit.authorLogin ?? commit.authorName),
    asOf: new Date(Math.max(commit.authoredAt.getTime(), commit.committedAt.getTime())),
    asOfGuid: hostGuid,
  };
}

/** Parents that lie beyond what was read. */
async function closeBoundary(ctx: Ctx, repository: RepositoryFact): Promise<void> {
  const open = await ctx.db.execute<{ sha: string }>(sql`
    select distinct p.sha from commits c cross join lateral unnest(c.parents) as p(sha)
    where c.repository_id = ${repository.id}
      and not exists (select from commits k where k.repository_id = c.repository_id and k.sha = p.sha)`);
  if (open.length === 0) return;
  await inTransaction(ctx, async (tx) => {
    await tx.db
      .insert(historyBoundaries)
      .values(open.map(({ sha }) => ({ repositoryId: repository.id, sha })))
      .onConflictDoNothing();
    // What waited for one of them is complete now.
    await tx.db.execute(sql`
      update delivery_services s set due_from = least(s.due_from, d.since), due_count = s.due_count + 1
      from (
        select service_id, min(succeeded_at) as since from service_deployments
        where repository_id = ${repository.id} and missing_shas is not null group by 1
      ) d
      where s.id = d.service_id`);
    await enqueue(tx, projectServicesJob, {});
  });
}
