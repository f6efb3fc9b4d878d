import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";

/**
 * Makes the rows of a service what the latest decisions about them say: those of a deployment, and those of one of the
 * regions that are one deployment. A projection does the same after each rebuild.
 */
export async function applyExclusions(tx: Ctx, serviceId: string): Promise<void> {
  await tx.db.execute(sql`
    with latest as materialized (
      select distinct on (source, source_key) id, source, source_key, decision from delivery_decisions
      where service_id = ${serviceId}::uuid and signal is null and decision in ('exclude', 'include')
      order by source, source_key, id desc
    ),
    said as (
      select distinct on (hit.id) hit.id, l.decision = 'exclude' as is_excluded
      from latest l cross join lateral (
        select d.id from service_deployments d
        where d.service_id = ${serviceId}::uuid and d.source = l.source and d.source_key = l.source_key
        union
        select d.id from service_deployments d
        where d.service_id = ${serviceId}::uuid and d.source = l.source
          and d.parts @> jsonb_build_array(jsonb_build_object('key', l.source_key))
      ) hit
      order by hit.id, l.id desc
    )
    update service_deployments d set is_excluded = said.is_excluded
    from said where d.id = said.id and d.is_excluded <> said.is_excluded`);
}
