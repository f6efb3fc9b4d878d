import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import { webAddress } from "#server/delivery/reads/web-address.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import type { AskWhere } from "./inputs.ts";
import type { WhereChange } from "./model.ts";

/** A change that was asked for, before anybody looked where it runs. */
export type FoundChange = Omit<WhereChange, "services" | "untouched" | "words" | "note"> & {
  repositoryId: string;
  committedAt: Date | null;
  paths: string[];
};

/** So many changes are answered when the beginning of a commit fits several. */
export const mostFound = 5;

/** Repositories `r` of which a Component that the actor may see is made: what they hold may be looked for. */
export const seenRepository = (ctx: Ctx): SQL => sql`(
  exists (
    select from ${namedRepositories} z join entities e on e.project_slug = z.named
    where z.id = r.id and e.kind_key = 'component' and ${visibleServices(ctx.actor)})
  or exists (
    select from delivery_services v join entities e on e.ref = v.entity_ref
    where v.settings ->> 'repositoryId' = r.id and e.kind_key = 'component' and ${visibleServices(ctx.actor)}))`;

/** The changes that are meant, the newest first; one more than `mostFound` where there are more. */
export async function findChanges(ctx: Ctx, asked: AskWhere): Promise<FoundChange[]> {
  if ("pull" in asked)
    return findPulls(ctx, sql`${ofSlug(asked.repository)} and p.number = ${asked.pull}`, asked);
  const commits = await findCommits(ctx, asked);
  if (commits.length > 0) return commits;
  const isIn = asked.repository ? ofSlug(asked.repository) : sql`true`;
  // The last commit of a branch that was squashed is not deployed itself: its pull request's merge is.
  const heads = sql`p.head_sha >= ${asked.sha} and p.head_sha < ${`${asked.sha}g`} and ${isIn}`;
  const pulls = await findPulls(ctx, heads);
  return pulls.length > 0 ? pulls : findDeployed(ctx, asked.sha, isIn);
}

/** A former name means the repository that has moved on from it, unless another one has the name now. */
const ofSlug = (repository: string): SQL => sql`r.id in (
  select z.id from ${namedRepositories} z where z.named = ${repository.toLowerCase()} and z.until_at is null)`;

type Row = {
  repository_id: string;
  repository: string;
  repository_url: string | null;
  is_demo: boolean;
  number: number | null;
  state: "open" | "closed" | null;
  merged_at: string | null;
  sha: string;
  title: string | null;
  committed_at: string | null;
  paths: string[] | null;
};

const about = sql`r.id as repository_id, r.full_name as repository, r.url as repository_url, r.is_demo`;

/** Pull requests by a condition on `p` and `r`. One that only a merge's message tells of counts as merged. */
async function findPulls(
  ctx: Ctx,
  where: SQL,
  named?: { repository: string; pull: number },
): Promise<FoundChange[]> {
  const rows = await ctx.db.execute<Row>(sql`
    select ${about}, p.number, p.state, p.merged_at, coalesce(m.sha, p.head_sha) as sha, p.title, m.committed_at, m.paths
    from repositories r join pull_requests p on p.repository_id = r.id
    left join lateral (
      select p.merge_sha as sha, coalesce(c.committed_at, c.authored_at) as committed_at, c.paths
      from (select 1) as one left join commits c on c.repository_id = r.id and c.sha = p.merge_sha
      where p.merged_at is not null and p.merge_sha is not null
    ) m on true
    where ${where} and ${seenRepository(ctx)}
    order by p.merged_at desc nulls last, p.opened_at desc limit ${mostFound + 1}`);
  if (rows.length > 0 || !named) return rows.map(toFound);
  const told = await ctx.db.execute<Row>(sql`
    select ${about}, c.pull_request as number, 'closed' as state, coalesce(c.committed_at, c.authored_at) as merged_at,
      c.sha, coalesce(c.pull_request_title, c.title) as title, coalesce(c.committed_at, c.authored_at) as committed_at,
      c.paths
    from repositories r join commits c on c.repository_id = r.id
    where ${ofSlug(named.repository)} and c.pull_request = ${named.pull} and ${seenRepository(ctx)}
    order by cardinality(c.parents) desc nulls last, c.authored_at desc limit 1`);
  return told.map(toFound);
}

/** Commits by the beginning of their name, repository by repository, because that is how they are indexed. */
async function findCommits(ctx: Ctx, { sha, repository }: { sha: string; repository?: string | undefined }) {
  const rows = await ctx.db.execute<Row>(sql`
    select ${about}, p.number, p.state, p.merged_at, c.sha, coalesce(p.title, c.title) as title,
      coalesce(c.committed_at, c.authored_at) as committed_at, c.paths
    from repositories r cross join lateral (
      select c.* from commits c where c.repository_id = r.id and c.sha >= ${sha} and c.sha < ${`${sha}g`}
      limit ${mostFound + 1}
    ) c
    left join lateral (
      select p.number, p.state, p.merged_at, p.title from pull_requests p
      where p.repository_id = r.id and p.merge_sha = c.sha and p.merged_at is not null limit 1
    ) p on true
    where ${repository ? ofSlug(repository) : sql`true`} and ${seenRepository(ctx)}
    order by committed_at desc nulls last limit ${mostFound + 1}`);
  return rows.map(toFound);
}

/** Commits that were deployed, and of which no push told. */
async function findDeployed(ctx: Ctx, sha: string, isIn: SQL): Promise<FoundChange[]> {
  const rows = await ctx.db.execute<Row>(sql`
    select distinct ${about}, null::int as number, null as state, null as merged_at, d.sha, null as title,
      null as committed_at, null as paths
    from service_deployments d join repositories r on r.id = d.repository_id
    where d.sha >= ${sha} and d.sha < ${`${sha}g`} and ${isIn} and ${seenRepository(ctx)}
    order by d.sha limit ${mostFound + 1}`);
  return rows.map(toFound);
}

function toFound(row: Row): FoundChange {
  const { number, sha } = row;
  return {
    kind: number === null ? "commit" : "pull request",
    repository: row.repository,
    repositoryId: row.repository_id,
    number,
    sha,
    title: row.title ?? "A commit that no push told of",
    state: number === null ? "commit" : row.merged_at ? "merged" : (row.state ?? "closed"),
    mergedAt: row.merged_at ? new Date(row.merged_at) : null,
    committedAt: row.committed_at ? new Date(row.committed_at) : null,
    paths: row.paths ?? [],
    url: webAddress(row, number === null ? `/commit/${sha}` : `/pull/${number}`),
  };
}
