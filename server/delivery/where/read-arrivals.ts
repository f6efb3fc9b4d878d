import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Tier } from "#server/delivery/model.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import type { Arrival } from "./judge-place.ts";
import { daysLooked } from "./model.ts";

export type DeployedService = { id: string; ref: string; name: string; pathGlobs: string[] };

const mostServices = 100;
/** So many of the newest deployments of a service are looked at. */
const mostDeployments = 1_000;

/** Services that are made of a repository and that the actor may see, by reference. */
export async function readServicesOf(ctx: Ctx, repositoryId: string): Promise<DeployedService[]> {
  const rows = await ctx.db.execute<DeployedService>(sql`
    select v.id, e.ref, coalesce(e.title, e.name) as name, v.path_globs as "pathGlobs"
    from entities e join delivery_services v on v.entity_ref = e.ref
    where e.kind_key = 'component' and e.file_gone_at is null
      and (e.project_slug in (select z.named from ${namedRepositories} z where z.id = ${repositoryId})
        or v.settings ->> 'repositoryId' = ${repositoryId})
      and ${visibleServices(ctx.actor)}
    order by e.ref limit ${mostServices}`);
  return [...rows];
}

type Row = {
  serviceId: string;
  environment: string;
  tier: Tier;
  sha: string | null;
  at: string;
  brokeAt: string | null;
  attribution: Arrival["attribution"];
  attributionNote: string | null;
};

/**
 * What came to each environment of these services, by service and then by environment, the oldest first. Of a deployment
 * to several regions each has its own time.
 */
export async function readArrivals(
  ctx: Ctx,
  serviceIds: readonly string[],
  repositoryId: string,
): Promise<Map<string, Map<string, Arrival[]>>> {
  const since = new Date(ctx.now().getTime() - daysLooked * 86_400_000).toISOString();
  const rows = await ctx.db.execute<Row>(sql`
    select d.service_id as "serviceId", p.environment, d.tier, d.sha, p.at, d.broke_at as "brokeAt", d.attribution,
      d.attribution_note as "attributionNote"
    from unnest(${sql.param([...serviceIds])}::uuid[]) as s(id)
    cross join lateral (
      select d.* from service_deployments d
      where d.service_id = s.id and d.at >= ${since}::timestamptz and d.succeeded_at is not null
        and (d.repository_id is null or d.repository_id = ${repositoryId})
      order by d.at desc, d.id desc limit ${mostDeployments}
    ) d
    cross join lateral (
      select d.environment, d.succeeded_at as at where d.parts is null
      union all
      select x ->> 'environment', coalesce((x ->> 'succeededAt')::timestamptz, d.succeeded_at)
      from jsonb_array_elements(d.parts) as x
    ) p
    order by p.at, d.id`);
  const found = new Map<string, Map<string, Arrival[]>>();
  for (const { serviceId, ...row } of rows) {
    const ofService = found.get(serviceId) ?? new Map<string, Arrival[]>();
    found.set(serviceId, ofService);
    const arrival = { ...row, at: new Date(row.at), brokeAt: row.brokeAt ? new Date(row.brokeAt) : null };
    const there = ofService.get(row.environment);
    if (there) there.push(arrival);
    else ofService.set(row.environment, [arrival]);
  }
  return found;
}
