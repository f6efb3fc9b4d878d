import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import { projectServicesJob } from "./mark-services-due.ts";
import { readDefaultSource } from "./read-default-source.ts";

/**
 * Has those services worked out anew whose repository's Components have changed since they last were: one that was just
 * added has its whole history at once, and an annotation that narrows one down gives the rest to another. A repository that
 * nothing came from makes no service known.
 */
export async function followCatalog(ctx: Ctx): Promise<void> {
  const now = ctx.now().toISOString();
  const isDeployment = (await readDefaultSource(ctx)) === "deployment";
  const rows = await ctx.db.execute(sql`
    with changed as (
      select o.project_slug as slug, max(v.at) as at from entities o cross join lateral (
        select x.at from entity_versions x where x.entity_uid = o.uid order by x.id desc limit 1
      ) v
      where o.kind_key = 'component' and o.project_slug in (select named from ${namedRepositories} known) group by 1
    )
    insert into delivery_services as s (entity_ref, due_from, due_count, is_demo)
    select e.ref, ${now}::timestamptz, 1, bool_and(r.is_demo) from changed c
    join ${namedRepositories} r on r.named = c.slug
    -- Who shares the repository may name it by another of its names.
    cross join lateral (select c.slug union select n.slug from repository_names n where n.repository_id = r.id) as own(slug)
    join entities e on e.project_slug = own.slug and e.kind_key = 'component' and e.file_gone_at is null
    left join delivery_services k on k.entity_ref = e.ref
    where (own.slug = c.slug or k.id is not null) and c.at > coalesce(k.worked_at, '-infinity') and k.due_from is null
      and (k.id is not null or ${!isDeployment} or exists (select 1 from deployments d where d.repository_id = r.id))
    group by e.ref order by e.ref
    on conflict (entity_ref) do update
      set due_from = least(coalesce(s.due_from, excluded.due_from), excluded.due_from), due_count = s.due_count + 1
    returning 1`);
  if (rows.length > 0) await enqueue(ctx, projectServicesJob, {});
}
