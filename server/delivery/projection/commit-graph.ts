import { sql } from "drizzle-orm";
import picomatch from "picomatch";
import type { Ctx } from "#server/core/context.ts";
import type { GraphCommit, Known } from "./attribute-chain.ts";

type RawCommit = {
  sha: string;
  parents: string[] | null;
  push_parents: string[];
  title: string;
  paths: string[] | null;
};

/** A merge by its message, where its parents are not known. */
export const mergeTitle = /^Merge (pull request|branch|branches|remote-tracking|tag|commit)\b/;

/**
 * Reads from the database what the chain's walk needs: the commits reachable from these, as far as those that are marked.
 * The cost is proportional to what is new.
 */
export async function readGraph(
  ctx: Ctx,
  chain: { serviceId: string; tier: string; repositoryIds: readonly string[]; pathGlobs: readonly string[] },
  shas: readonly string[],
): Promise<Known> {
  const repositories = sql`any(${sql.param([...chain.repositoryIds])}::text[])`;
  const marker = sql`select from service_commits m where m.service_id = ${chain.serviceId} and m.tier = ${chain.tier}`;
  // Each step is a few look-ups by key; what the planner guesses of a recursion makes it read whole tables instead.
  await ctx.db.execute(sql`select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('enable_seqscan', 'off', true)`);
  const rows = await ctx.db.execute<RawCommit>(sql`
    with recursive walk(sha) as (
      select distinct one from unnest(${sql.param([...shas])}::text[]) as one
      where not exists (${marker} and m.sha = one)
      union
      select p.sha from walk w
      join commits c on c.repository_id = ${repositories} and c.sha = w.sha
      cross join lateral unnest(coalesce(c.parents, c.push_parents)) as p(sha)
      where not exists (${marker} and m.sha = p.sha)
    )
    select c.sha, c.parents, c.push_parents, c.title,
      ${chain.pathGlobs.length > 0 ? sql`c.paths` : sql`null`} as paths
    from walk w join commits c on c.repository_id = ${repositories} and c.sha = w.sha`);
  const isOwn = ownership(chain.pathGlobs);
  const commits = new Map<string, GraphCommit>();
  const edges = new Set(shas);
  for (const row of rows) {
    const parents = row.parents ?? (row.push_parents.length > 0 ? row.push_parents : null);
    const isMerge = row.parents ? row.parents.length > 1 : mergeTitle.test(row.title);
    commits.set(row.sha, { sha: row.sha, parents, isMerge, isOwn: isOwn(row.paths) });
    for (const parent of parents ?? []) edges.add(parent);
  }
  const open = [...edges].filter((sha) => !commits.has(sha));
  const ends = await ctx.db.execute<{ sha: string; is_marked: boolean; is_cut: boolean }>(sql`
    select one as sha, exists (${marker} and m.sha = one) as is_marked,
      exists (select from history_boundaries b where b.repository_id = ${repositories} and b.sha = one) as is_cut
    from unnest(${sql.param(open)}::text[]) as one
    where exists (${marker} and m.sha = one)
      or exists (select from history_boundaries b where b.repository_id = ${repositories} and b.sha = one)
      -- Where the first push that was seen of a branch begins, there its history was before anybody looked.
      or exists (
        select from pushes p where p.repository_id = ${repositories} and p.before_sha = one
          and not exists (select from commits c where c.repository_id = p.repository_id and c.sha = one)
          and not exists (
            select from pushes q
            where q.repository_id = p.repository_id and q.ref = p.ref and q.pushed_at < p.pushed_at))`);
  await ctx.db.execute(sql`select set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true),
    set_config('enable_seqscan', 'on', true)`);
  return {
    commits,
    marked: new Set(ends.flatMap((end) => (end.is_marked ? [end.sha] : []))),
    boundary: new Set(ends.flatMap((end) => (end.is_marked ? [] : [end.sha]))),
    provisional: new Set(ends.flatMap((end) => (end.is_marked || end.is_cut ? [] : [end.sha]))),
    reaches: (from, sha) => reaches(ctx, repositories, from, sha),
  };
}

/** Without paths of its own everything is the service's; with them, a commit whose paths nobody told is not known. */
export function ownership(globs: readonly string[]): (paths: readonly string[] | null) => boolean | null {
  if (globs.length === 0) return () => true;
  const matches = picomatch([...globs], { dot: true });
  return (paths) => (paths === null || paths.length === 0 ? null : paths.some((path) => matches(path)));
}

/** Clocks of authors go wrong by days, hardly by more: the search for an ancestor goes no further back than this. */
const slackDays = 30;

/** Whether `sha` is an ancestor of `from`. */
async function reaches(
  ctx: Ctx,
  repositories: ReturnType<typeof sql>,
  from: string,
  sha: string,
): Promise<boolean> {
  const rows = await ctx.db.execute(sql`
    with recursive target as (
      select coalesce(committed_at, authored_at) - make_interval(days => ${slackDays}) as oldest
      from commits where repository_id = ${repositories} and sha = ${sha}
    ),
    walk(sha) as (
      select ${from}::text
      union
      select p.sha from walk w
      join commits c on c.repository_id = ${repositories} and c.sha = w.sha
      cross join lateral unnest(coalesce(c.parents, c.push_parents)) as p(sha)
      where coalesce(c.committed_at, c.authored_at) >= (select oldest from target)
    )
    select 1 from walk where sha = ${sha} limit 1`);
  return rows.length > 0;
}
