import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { hotfixLabels } from "#server/delivery/figures/judge-deployments.ts";
import { mergeTitle, ownership } from "#server/delivery/projection/commit-graph.ts";
import { exactly, type ServiceSubject, sparse } from "./line-parts.ts";

const commitsAtOnce = 2_000;

type CommitRow = {
  sha: string;
  authoredAt: string;
  committedAt: string | null;
  parents: string[] | null;
  pushParents: string[];
  title: string | null;
  paths: string[] | null;
  pull: number | null;
  bot: boolean;
};

/** Every commit that a production deployment brought, the edge of what is known of the history, and the pull requests. */
export async function* commitLines(ctx: Ctx, subject: ServiceSubject): AsyncGenerator<object[]> {
  const isOwn = ownership(subject.pathGlobs);
  const [edges, pulls] = [new Set<string>(), new Set<number>()];
  let after = "";
  for (;;) {
    const rows = await readCommits(ctx, subject, after);
    if (rows.length === 0) break;
    after = rows.at(-1)?.sha ?? after;
    yield rows.map((row) => toLine(row, isOwn(row.paths)));
    yield await boundaryLines(ctx, subject, parentsOf(rows), edges);
    yield await pullLines(ctx, subject, rows, pulls);
    if (rows.length < commitsAtOnce) break;
  }
  const unseen = await ctx.db.execute<{ sha: string }>(sql`
    select distinct d.sha from service_deployments d
    where d.service_id = ${subject.id} and d.tier = 'production' and d.succeeded_at is not null and d.sha is not null
      and not exists (select from service_commits m
        where m.service_id = d.service_id and m.tier = d.tier and m.sha = d.sha)`);
  yield await boundaryLines(
    ctx,
    subject,
    unseen.map(({ sha }) => sha),
    edges,
  );
}

const parentsOf = (rows: readonly CommitRow[]) => [
  ...new Set(rows.flatMap(({ parents, pushParents }) => parents ?? pushParents)),
];

async function readCommits(ctx: Ctx, subject: ServiceSubject, after: string): Promise<CommitRow[]> {
  const rows = await ctx.db.execute<CommitRow>(sql`
    select c.sha, ${exactly(sql`c.authored_at`)} as "authoredAt", ${exactly(sql`c.committed_at`)} as "committedAt",
      c.parents, c.push_parents as "pushParents", case when c.parents is null then c.title end as title,
      ${subject.pathGlobs.length > 0 ? sql`c.paths` : sql`null`} as paths, c.pull_request as pull, c.is_bot as bot
    from (
      select m.sha from service_commits m
      where m.service_id = ${subject.id} and m.tier = 'production' and m.sha > ${after}
      order by m.sha limit ${commitsAtOnce}
    ) m cross join lateral (
      select c.* from commits c where ${subject.inRepositories(sql`c.repository_id`)} and c.sha = m.sha
      order by c.repository_id limit 1
    ) c order by c.sha`);
  return [...rows];
}

function toLine({ title, paths: _, parents, pushParents, ...row }: CommitRow, isOwn: boolean | null): object {
  return {
    type: "commit",
    ...sparse({ ...row, own: isOwn === true ? null : isOwn === false ? "no" : "unknown" }),
    // A commit without any parent is the beginning; one whose parents nobody told is not known.
    ...(parents ? { parents } : sparse({ pushParents, merge: mergeTitle.test(title ?? "") })),
  };
}

/** Of these commits those at which a walk back ends, since they count as deployed before: as the walk itself asks. */
async function boundaryLines(
  ctx: Ctx,
  { inRepositories }: ServiceSubject,
  shas: readonly string[],
  known: Set<string>,
): Promise<object[]> {
  const asked = shas.filter((sha) => !known.has(sha));
  if (asked.length === 0) return [];
  const rows = await ctx.db.execute<{ sha: string }>(sql`
    select one as sha from unnest(${sql.param(asked)}::text[]) as one
    where not exists (select from commits c where ${inRepositories(sql`c.repository_id`)} and c.sha = one)
      and (exists (select from history_boundaries b where ${inRepositories(sql`b.repository_id`)} and b.sha = one)
        or exists (
          select from pushes p where ${inRepositories(sql`p.repository_id`)} and p.before_sha = one
            and not exists (select from pushes q
              where q.repository_id = p.repository_id and q.ref = p.ref and q.pushed_at < p.pushed_at)))
    order by one`);
  for (const { sha } of rows) known.add(sha);
  return rows.map(({ sha }) => ({ type: "boundary", sha }));
}

/** Of a branch the earliest commits: the clock starts with the first that no other deployment brought. */
const mostOfBranch = 200;

type PullRow = { number: number; labels: string[] } & Record<string, unknown>;

/** The pull requests that these commits belong to or name, with their moments. */
async function pullLines(
  ctx: Ctx,
  { inRepositories }: ServiceSubject,
  commits: readonly CommitRow[],
  known: Set<number>,
): Promise<object[]> {
  const shas = commits.map(({ sha }) => sha);
  const numbers = [...new Set(commits.flatMap(({ pull }) => pull ?? []))];
  const rows = await ctx.db.execute<PullRow>(sql`
    select p.number, p.merge_sha as "mergeCommit", p.commit_count as "commitCount", p.labels,
      ${exactly(sql`p.opened_at`)} as "openedAt", ${exactly(sql`p.merged_at`)} as "mergedAt",
      ${exactly(sql`p.ready_at`)} as "readyAt", ${exactly(sql`(
        select min(w.submitted_at) from pull_request_reviews w
        where w.repository_id = p.repository_id and w.pull_request = p.number and not w.is_own)`)} as "reviewedAt", (
        select jsonb_agg(jsonb_build_array(b.sha, ${exactly(sql`b.authored_at`)})) from (
          select distinct k.sha, k.authored_at from pushes u
          join commits k on k.repository_id = u.repository_id and k.sha = any(u.commits)
          where u.repository_id = p.repository_id and u.ref = 'refs/heads/' || p.head_ref
            and u.pushed_at between p.opened_at - interval '90 days' and p.merged_at
          order by k.authored_at, k.sha limit ${mostOfBranch}
        ) b) as branch
    from pull_requests p
    where ${inRepositories(sql`p.repository_id`)}
      and (p.merge_sha = any(${sql.param(shas)}::text[]) or p.number = any(${sql.param(numbers)}::int[]))
    order by p.number, p.repository_id`);
  return rows.flatMap(({ labels, ...row }) => {
    if (known.has(row.number)) return [];
    known.add(row.number);
    const isHotfix = labels.some((label) => hotfixLabels.includes(label.toLowerCase()));
    return [{ type: "pull", ...sparse({ ...row, hotfix: isHotfix }) }];
  });
}
