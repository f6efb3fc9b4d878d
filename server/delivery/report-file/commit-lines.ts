import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { mergeTitle, ownership } from "#server/delivery/projection/commit-graph.ts";
import {
  byPlace,
  exactly,
  type LinesByPlace,
  pageOf,
  type ServiceSubject,
  sparse,
  subjectRows,
} from "./line-parts.ts";
import { rowsAtOnce } from "./pack-services.ts";
import { pullLines } from "./pull-lines.ts";

type CommitRow = {
  n: number;
  /** What a deployment brought; the commit itself may not be known. */
  mark: string;
  sha: string | null;
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
export async function* commitLines(
  ctx: Ctx,
  subjects: readonly ServiceSubject[],
): AsyncGenerator<LinesByPlace> {
  const edges = subjects.map(() => new Set<string>());
  const pulls = subjects.map(() => new Set<number>());
  const owns = subjects.map(({ pathGlobs }) => ownership(pathGlobs));
  let after = "";
  for (;;) {
    const rows = await readCommits(ctx, subjects, after);
    if (rows.length === 0) break;
    after = rows.at(-1)?.mark ?? after;
    const known = byPlace(
      subjects,
      rows.filter(({ sha }) => sha !== null),
    );
    yield known.map((own, n) => own.map((row) => toLine(row, owns[n]?.(row.paths) ?? null)));
    yield await boundaryLines(ctx, subjects, known.map(parentsOf), edges);
    yield await pullLines(
      ctx,
      subjects,
      known.map((own) => own.map(({ sha, pull }) => ({ sha: sha ?? "", pull }))),
      pulls,
    );
    if (subjects.length > 1 || rows.length < rowsAtOnce.commits) break;
  }
  yield await boundaryLines(ctx, subjects, await readUnmarked(ctx, subjects), edges);
}

const parentsOf = (rows: readonly CommitRow[]): string[] => [
  ...new Set(rows.flatMap(({ parents, pushParents }) => parents ?? pushParents)),
];

async function readCommits(
  ctx: Ctx,
  subjects: readonly ServiceSubject[],
  after: string,
): Promise<CommitRow[]> {
  const rows = await ctx.db.execute<CommitRow>(sql`
    select m.n, m.sha as mark, c.sha, ${exactly(sql`c.authored_at`)} as "authoredAt",
      ${exactly(sql`c.committed_at`)} as "committedAt", c.parents, c.push_parents as "pushParents",
      case when c.parents is null then c.title end as title, case when m.has_paths then c.paths end as paths,
      c.pull_request as pull, c.is_bot as bot
    from (
      select s.n, s.has_paths, s.repositories, m.sha from ${subjectRows(subjects)}
      join service_commits m on m.service_id = s.id and m.tier = 'production' and m.sha > ${after}
      order by s.n, m.sha ${pageOf(subjects, rowsAtOnce.commits)}
    ) m left join lateral (
      select c.* from commits c where c.repository_id = any(m.repositories) and c.sha = m.sha
      order by c.repository_id limit 1
    ) c on true order by m.n, m.sha`);
  return [...rows];
}

function toLine(
  { n: _, mark: __, title, paths: ___, parents, pushParents, ...row }: CommitRow,
  isOwn: boolean | null,
): object {
  return {
    type: "commit",
    ...sparse({ ...row, own: isOwn === true ? null : isOwn === false ? "no" : "unknown" }),
    // A commit without any parent is the beginning; one whose parents nobody told is not known.
    ...(parents ? { parents } : sparse({ pushParents, merge: mergeTitle.test(title ?? "") })),
  };
}

/** Commits of each service's deployments that are not marked as brought by one. */
async function readUnmarked(ctx: Ctx, subjects: readonly ServiceSubject[]): Promise<string[][]> {
  const rows = await ctx.db.execute<{ n: number; sha: string }>(sql`
    select distinct s.n, d.sha from ${subjectRows(subjects)}
    join service_deployments d on d.service_id = s.id and d.tier = 'production' and d.succeeded_at is not null
      and d.sha is not null
    where not exists (select from service_commits m
      where m.service_id = d.service_id and m.tier = d.tier and m.sha = d.sha)`);
  return byPlace(subjects, rows).map((own) => own.map(({ sha }) => sha));
}

/** Of these commits those at which a walk back ends, since they count as deployed before: as the walk itself asks. */
async function boundaryLines(
  ctx: Ctx,
  subjects: readonly ServiceSubject[],
  shas: readonly (readonly string[])[],
  known: readonly Set<string>[],
): Promise<LinesByPlace> {
  const asked = shas.flatMap((own, n) => own.filter((sha) => !known[n]?.has(sha)).map((sha) => ({ n, sha })));
  if (asked.length === 0) return [];
  const rows = await ctx.db.execute<{ n: number; sha: string }>(sql`
    select a.n, a.sha
    from unnest(${sql.param(asked.map(({ n }) => n))}::int[], ${sql.param(asked.map(({ sha }) => sha))}::text[]) as a(n, sha)
    join ${subjectRows(subjects)} on s.n = a.n
    where not exists (select from commits c where c.repository_id = any(s.repositories) and c.sha = a.sha)
      and (exists (select from history_boundaries b where b.repository_id = any(s.repositories) and b.sha = a.sha)
        or exists (
          select from pushes p where p.repository_id = any(s.repositories) and p.before_sha = a.sha
            and not exists (select from pushes q
              where q.repository_id = p.repository_id and q.ref = p.ref and q.pushed_at < p.pushed_at)))
    order by a.n, a.sha`);
  for (const { n, sha } of rows) known[n]?.add(sha);
  return byPlace(subjects, rows).map((own) => own.map(({ sha }) => ({ type: "boundary", sha })));
}
