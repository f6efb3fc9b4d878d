import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { type ScopeService, serviceRows } from "./scope.ts";
import type { Span } from "./window.ts";

/** Since when deployments of the services could have been seen, and whether incidents could in the window. */
export type Observation = { since: Date | null; seesIncidents: boolean };

/**
 * What was observed: the earliest that is written down for one of the services or its repositories, or the first
 * deployment that is known, if that is earlier. Of several services the first one counts.
 */
export async function readObservation(
  ctx: Ctx,
  services: readonly ScopeService[],
  span: Pick<Span, "from" | "to">,
): Promise<Observation> {
  if (services.length === 0) return { since: null, seesIncidents: false };
  const [row] = await ctx.db.execute<{ since: string | null; sees: boolean }>(sql`
    with subjects as materialized (
      select v.id, v.entity_ref as subject from ${serviceRows(services)} join delivery_services v on v.id = s.service_id
      union
      select v.id, r.id from ${serviceRows(services)} join delivery_services v on v.id = s.service_id
      join entities e on e.ref = v.entity_ref join repositories r on r.slug = e.project_slug
    )
    select least(
        (select min(o.from_at) from observed_periods o
          where o.what = 'deployments' and o.subject in (select subject from subjects)),
        (select min(r.observed_since) from repositories r where r.id in (select subject from subjects)),
        (select min(first.at) from (select distinct id from subjects) s cross join lateral (
          select d.at from service_deployments d where d.service_id = s.id and d.tier = 'production'
          order by d.at limit 1) first)
      ) as since,
      exists (select 1 from observed_periods o where o.what = 'incidents' and o.subject in (select subject from subjects)
        and o.from_at < ${span.to.toISOString()}::timestamptz
        and (o.until_at is null or o.until_at > ${span.from.toISOString()}::timestamptz))
      or exists (select 1 from deployment_failures f join subjects on subjects.id = f.service_id
        where f.signal in ('incident', 'incident_nearby')) as sees`);
  return { since: row?.since ? new Date(row.since) : null, seesIncidents: row?.sees ?? false };
}
