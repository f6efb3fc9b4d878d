import { sql } from "drizzle-orm";
import { historyBoundaries } from "#db/schema/delivery.ts";
import type { HostCommit, SourceHost } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { CommitFact, RepositoryFact } from "#server/delivery/facts.ts";
import { markServicesDue, projectServicesJob } from "#server/delivery/projection/mark-services-due.ts";
import { writeFacts } from "#server/delivery/write-facts.ts";
import { isBotName, readMessage } from "./read-message.ts";

/** So far before the first deployment that is known, histories are read: older commits count as deployed before it. */
const daysBefore = 120;
/** Release lines and hotfixes lead to commits that the main line does not hold; each costs a request or more. */
const mostLines = 250;
const longestLine = 20_000;
const mostEnds = 200;
/** Commits of rewritten branches that the host no longer has: after so many it is not asked for more of them. */
const mostHidden = 25;

/**
 * Reads from the host the commits that deployments of a repository lead to and whose parents are not known yet: webhooks
 * name no parents, and those before the connection never came. Returns how many commits are new. Doing it again asks for
 * nothing that is known; an end in the middle of a line leaves it open, and the next reading goes on from there.
 * `onPage` is called before each answer is worked in. Throws as the host does.
 */
export async function completeHistory(
  ctx: Ctx,
  host: SourceHost,
  repository: RepositoryFact,
  onPage: () => void = () => {},
): Promise<number> {
  const [first] = await ctx.db.execute<{ at: string | null }>(sql`
    select min(created_at) as at from deployments where repository_id = ${repository.id}`);
  if (!first?.at) return 0;
  const since = new Date(new Date(first.at).getTime() - daysBefore * 86_400_000);
  const reading: Reading = { ctx, host, repository, since, onPage, lines: 0, found: 0, hidden: new Set() };
  while (reading.lines < mostLines && reading.hidden.size < mostHidden) {
    const sha = await nextUnknown(reading);
    if (!sha) break;
    const fresh = await readLine(reading, sha);
    // The host does not have it any more, as after a branch was rewritten: the deployment stays unknown.
    if (!fresh) reading.hidden.add(sha);
  }
  const ended: string[] = [];
  for (let ends = await readOpenEnds(reading); ends.length > 0; ends = await readOpenEnds(reading))
    for (const sha of ends) {
      if (reading.lines >= mostLines) break;
      const fresh = await readLine(reading, sha);
      // Nothing of it is as young as what is read: here the history ends for us.
      if (fresh === 0) ended.push(sha);
      reading.hidden.add(sha);
    }
  await closeBoundary(ctx, repository, since, ended);
  return reading.found;
}

type Reading = {
  ctx: Ctx;
  host: SourceHost;
  repository: RepositoryFact;
  since: Date;
  onPage: () => void;
  lines: number;
  found: number;
  /** Commits that were asked for and need not be again in this reading. */
  hidden: Set<string>;
};

/** The newest deployed commit whose parents nobody told; those in production first. */
async function nextUnknown({ ctx, repository, hidden }: Reading): Promise<string | null> {
  const [row] = await ctx.db.execute<{ sha: string }>(sql`
    select d.sha from deployments d
    left join commits c on c.repository_id = d.repository_id and c.sha = d.sha
    where d.repository_id = ${repository.id} and d.succeeded_at is not null and c.parents is null
      and length(d.sha) = 40 and d.sha <> all(${sql.param([...hidden])}::text[])
    order by d.tier = 'production' desc, d.succeeded_at desc limit 1`);
  return row?.sha ?? null;
}

/**
 * Parents of young commits that are not known themselves: an interrupted reading left them, or a branch that began
 * before. What a shallow clone does not hold stays beyond.
 */
async function readOpenEnds({ ctx, repository, since, hidden, lines }: Reading): Promise<string[]> {
  if (lines >= mostLines) return [];
  const from = since.toISOString();
  const rows = await ctx.db.execute<{ sha: string }>(sql`
    select p.sha from commits c cross join lateral unnest(c.parents) as p(sha)
    where c.repository_id = ${repository.id} and coalesce(c.committed_at, c.authored_at) >= ${from}::timestamptz
      and not exists (select from commits k
        where k.repository_id = c.repository_id and k.sha = p.sha and k.parents is not null)
      and not exists (select from history_boundaries b where b.repository_id = c.repository_id and b.sha = p.sha
        and (b.read_since is null or b.read_since <= ${from}::timestamptz))
      and p.sha <> all(${sql.param([...hidden])}::text[])
    group by p.sha order by max(coalesce(c.committed_at, c.authored_at)) desc, p.sha limit ${mostEnds}`);
  return rows.map(({ sha }) => sha);
}

/** How many commits of a line are new; null where the host does not have it. */
async function readLine(reading: Reading, sha: string): Promise<number | null> {
  const { ctx, host, repository, since } = reading;
  reading.lines += 1;
  let found = 0;
  try {
    for await (const page of host.listCommits(repository.fullName, sha, since)) {
      reading.onPage();
      const fresh = await takeCommits(ctx, repository, page);
      if (fresh === 0) break;
      found += fresh;
      if (found >= longestLine) break;
    }
  } catch (error) {
    const code = findDomainError(error)?.code;
    if (code !== "not_found" && code !== "invalid" && code !== "conflict") throw error;
    return found > 0 ? found : null;
  } finally {
    reading.found += found;
  }
  return found;
}

async function takeCommits(
  ctx: Ctx,
  repository: RepositoryFact,
  page: readonly HostCommit[],
): Promise<number> {
  const shas = page.map((commit) => commit.sha);
  const known = await ctx.db.execute<{ sha: string }>(sql`
    select sha from commits where repository_id = ${repository.id} and parents is not null
      and sha = any(${sql.param(shas)}::text[])`);
  const there = new Set(known.map((row) => row.sha));
  const fresh = page.filter((commit) => !there.has(commit.sha));
  if (fresh.length === 0) return 0;
  const facts = [{ repository, commits: fresh.map((commit) => toFact(repository.id, commit)) }];
  await inTransaction(ctx, async (tx) => {
    await writeFacts(tx, facts);
    await markServicesDue(tx, facts);
  });
  return fresh.length;
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

/** Commits that lie beyond what is read: they count as deployed before, until somebody reads further back. */
async function closeBoundary(
  ctx: Ctx,
  repository: RepositoryFact,
  since: Date,
  shas: readonly string[],
): Promise<void> {
  if (shas.length === 0) return;
  await inTransaction(ctx, async (tx) => {
    await tx.db
      .insert(historyBoundaries)
      .values(shas.map((sha) => ({ repositoryId: repository.id, sha, readSince: since })))
      .onConflictDoUpdate({
        target: [historyBoundaries.repositoryId, historyBoundaries.sha],
        set: { readSince: sql`least(${historyBoundaries.readSince}, excluded.read_since)` },
        setWhere: sql`${historyBoundaries.readSince} is not null`,
      });
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
