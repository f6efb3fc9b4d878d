import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { hotfixLabels } from "#server/delivery/figures/judge-deployments.ts";
import {
  byPlace,
  exactly,
  type LinesByPlace,
  type ServiceSubject,
  sparse,
  subjectRows,
} from "./line-parts.ts";

/** Of a branch the earliest commits: the clock starts with the first that no other deployment brought. */
const mostOfBranch = 200;

type PullRow = { n: number; number: number; labels: string[] } & Record<string, unknown>;

/** The pull requests that these commits of each service belong to or name, with their moments; those `known` are left out. */
export async function pullLines(
  ctx: Ctx,
  subjects: readonly ServiceSubject[],
  commits: readonly (readonly { sha: string; pull: number | null }[])[],
  known: readonly Set<number>[],
): Promise<LinesByPlace> {
  const merged = commits.flatMap((own, n) => own.map(({ sha }) => ({ n, sha })));
  const named = commits.flatMap((own, n) =>
    [...new Set(own.flatMap(({ pull }) => pull ?? []))].map((number) => ({ n, number })),
  );
  if (merged.length === 0) return [];
  const places = (rows: readonly { n: number }[]) => sql`${sql.param(rows.map(({ n }) => n))}::int[]`;
  const rows = await ctx.db.execute<PullRow>(sql`
    with found as materialized (
      select s.n, p.repository_id, p.number
      from unnest(${places(merged)}, ${sql.param(merged.map(({ sha }) => sha))}::text[]) as a(n, sha)
      join ${subjectRows(subjects)} on s.n = a.n
      join pull_requests p on p.repository_id = any(s.repositories) and p.merge_sha = a.sha
      union
      select s.n, p.repository_id, p.number
      from unnest(${places(named)}, ${sql.param(named.map(({ number }) => number))}::int[]) as a(n, number)
      join ${subjectRows(subjects)} on s.n = a.n
      join pull_requests p on p.repository_id = any(s.repositories) and p.number = a.number
    )
    select f.n, p.number, p.merge_sha as "mergeCommit", p.commit_count as "commitCount", p.labels,
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
    from found f join pull_requests p on p.repository_id = f.repository_id and p.number = f.number
    order by f.n, p.number, p.repository_id`);
  return byPlace(subjects, rows).map((own, n) =>
    own.flatMap(({ n: _, labels, ...row }) => {
      if (known[n]?.has(row.number)) return [];
      known[n]?.add(row.number);
      const isHotfix = labels.some((label) => hotfixLabels.includes(label.toLowerCase()));
      return [{ type: "pull", ...sparse({ ...row, hotfix: isHotfix }) }];
    }),
  );
}
