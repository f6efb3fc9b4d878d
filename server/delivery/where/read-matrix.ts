import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readServices } from "#server/delivery/reads/service-scopes.ts";
import { webAddress } from "#server/delivery/reads/web-address.ts";
import type { AskMatrix } from "./inputs.ts";
import { type Matrix, type MatrixChange, mostMatrixChanges, type Place } from "./model.ts";
import { readArrivals } from "./read-arrivals.ts";
import { readReverts, readStanding } from "./read-standing.ts";
import { placeIn, shasOf, touches, wantedOf } from "./read-where.ts";
import { sortPlaces } from "./sort-places.ts";

type Service = { id: string; pathGlobs: string[]; repositoryId: string; isBehind: boolean };

/**
 * The newest changes of a service against its environments: merged pull requests and commits that came without one, whether
 * they are deployed yet or not. Environments that live for one change have no column.
 */
export async function readMatrix(ctx: Ctx, { entityRef }: AskMatrix): Promise<Matrix> {
  const service = await readOne(ctx, entityRef);
  if (!service)
    return { columns: [], changes: [], reason: "No deployment of it was seen yet", isBehind: false };
  const { repositoryId, isBehind } = service;
  const rows = (await readNewest(ctx, service)).filter(
    (row) => row.key !== null || touches(service, row.paths),
  );
  const newest = rows.slice(0, mostMatrixChanges);
  const arrivals = (await readArrivals(ctx, [service.id], repositoryId)).get(service.id);
  const columns = sortPlaces(
    [...(arrivals?.values() ?? [])]
      .flatMap(([oldest]) => oldest ?? [])
      .map(({ environment, tier }) => ({ environment, tier })),
  ).filter(({ tier }) => tier !== "ephemeral");
  const targets = newest.map(({ committedAt, title, ...row }) => ({
    ...row,
    title: title || "Commit without a message",
    committedAt: new Date(committedAt),
  }));
  const reverts = await readReverts(ctx, repositoryId, targets);
  const wanted = targets.map((row) => wantedOf({ ...row, state: "merged" }, reverts));
  const standing = await readStanding(ctx, repositoryId, [service.id], shasOf(wanted));
  const changes = targets.map((row, index): MatrixChange => {
    const one = wanted[index] ?? { sha: row.sha, committedAt: null, reverts: [], isUnmerged: false };
    const places = columns.flatMap(({ environment }): Place[] => {
      const place = placeIn(service.id, arrivals?.get(environment) ?? [], one, standing);
      return place ? [place] : [];
    });
    const { number, sha, title } = row;
    return {
      kind: number === null ? "commit" : "pull request",
      number,
      sha,
      title,
      at: row.committedAt,
      url: webAddress(row, number === null ? `/commit/${sha}` : `/pull/${number}`),
      places,
    };
  });
  const reason = changes.length === 0 ? "No change of it was seen yet" : null;
  return {
    columns,
    changes,
    reason: columns.length === 0 ? "No deployment of it was seen yet" : reason,
    isBehind,
  };
}

async function readOne(ctx: Ctx, entityRef: string): Promise<Service | null> {
  const [known] = await readServices(ctx, [entityRef]);
  if (!known) return null;
  const [row] = await ctx.db.execute<{
    id: string;
    pathGlobs: string[];
    named: string | null;
    isBehind: boolean;
  }>(sql`
    select id, path_globs as "pathGlobs", settings ->> 'repositoryId' as named, due_from is not null as "isBehind"
    from delivery_services
    where entity_ref = ${known.ref}`);
  const repositoryId = row?.named ?? known.repositories[0]?.id;
  return row && repositoryId ? { ...row, repositoryId } : null;
}

type Row = {
  /** Of a change that a deployment brought; null: not deployed yet. */
  key: string | null;
  number: number | null;
  sha: string;
  title: string | null;
  committedAt: string;
  paths: string[];
  repository_url: string | null;
  is_demo: boolean;
};

/** Twice as many as are shown, because those that touch other services are left out later. */
const mostRead = 2 * mostMatrixChanges;

/** Changes that deployments brought, merged pull requests and pushes to the main branch that none brought yet. */
async function readNewest(ctx: Ctx, { id, repositoryId }: Service): Promise<Row[]> {
  const rows = await ctx.db.execute<Row>(sql`
    with deployed as materialized (
      select distinct on (x.key) x.key, x.pull_request as number, x.sha from (
        select c.key, c.pull_request, c.sha, c.deployed_at
        from (values ('production'), ('staging'), ('test'), ('development'), ('other')) as t(tier)
        cross join lateral (
          select c.* from deployment_changes c where c.service_id = ${id} and c.tier = t.tier
          order by c.deployed_at desc limit ${mostRead}
        ) c
      ) x order by x.key, x.deployed_at
    ),
    merged as materialized (
      select p.number, p.merge_sha as sha from pull_requests p
      join repositories r on r.id = p.repository_id
      where p.repository_id = ${repositoryId} and p.merged_at is not null and p.merge_sha is not null
        and p.base_ref = r.default_branch
      order by p.merged_at desc limit ${mostRead}
    ),
    pushed as materialized (
      select p.commits from pushes p join repositories r on r.id = p.repository_id
      where p.repository_id = ${repositoryId} and p.ref = 'refs/heads/' || r.default_branch
      order by p.pushed_at desc limit ${mostRead}
    ),
    direct as (
      select one as sha from pushed p cross join lateral unnest(p.commits) as one
      -- A push with a merge brings the pull request's own commits too: they are that change.
      where not exists (select from merged m where m.sha = any(p.commits))
        and not exists (select from deployment_changes c where c.service_id = ${id} and c.sha = one)
        and not exists (select from service_commits m join service_deployments d on d.id = m.deployment_id
          where m.service_id = ${id} and m.sha = one and d.attribution = 'complete')
    ),
    found as (
      select key, number, sha from deployed
      union all
      select null, m.number, m.sha from merged m where not exists (select from deployed d where d.number = m.number)
      union all
      select null, null, d.sha from (select distinct sha from direct) d
      where not exists (select from merged m where m.sha = d.sha)
        and not exists (select from deployed o where o.sha = d.sha)
    )
    select f.key, f.number, coalesce(p.merge_sha, c.sha, f.sha) as sha, coalesce(p.title, c.pull_request_title, c.title) as title,
      coalesce(p.merged_at, c.committed_at, c.authored_at) as "committedAt", coalesce(c.paths, '{}') as paths,
      r.url as repository_url, r.is_demo
    from found f join repositories r on r.id = ${repositoryId}
    left join pull_requests p on p.repository_id = r.id and p.number = f.number and p.merged_at is not null
    left join commits c on c.repository_id = r.id and c.sha = coalesce(p.merge_sha, f.sha)
    where coalesce(p.merged_at, c.committed_at, c.authored_at) is not null
    order by 5 desc, 3 limit ${mostRead}`);
  return [...rows];
}
