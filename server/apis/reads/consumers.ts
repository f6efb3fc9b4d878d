import { sql } from "drizzle-orm";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import type { ApiConsumer, ApiConsumers } from "../model.ts";
import { knownApi } from "./version-rows.ts";

/** The page shows so many; the totals count all. */
const shown = 200;

/** Who says that they call this API, with who owns them: all whom the actor may see. */
export async function readConsumers(ctx: Ctx, input: { ref: string }): Promise<ApiConsumers> {
  const { ref } = await knownApi(ctx, input.ref);
  const rows = await ctx.db.execute<ApiConsumer & { total: number; owners: number }>(sql`
    with consumers as (
      select distinct e.ref, e.title, e.name, e.kind, e.owner_ref, e.display_key
      from entity_relations r join entities e on e.ref = r.target_ref
      where r.source_ref = ${ref} and r.type = 'apiConsumedBy' and ${isVisible(ctx.actor)})
    select c.ref, c.title, c.name, c.kind, c.owner_ref as "ownerRef", coalesce(o.title, o.name) as "ownerTitle",
      (select count(*)::int from consumers) as total,
      (select count(distinct owner_ref)::int from consumers) as owners
    from consumers c left join entities o on o.ref = c.owner_ref and ${isVisible(ctx.actor, sql`o`)}
    order by c.owner_ref nulls last, c.display_key, c.ref limit ${shown}`);
  const items = rows.map(({ total: _, owners: _owners, ...item }) => item);
  return { total: rows[0]?.total ?? 0, owners: rows[0]?.owners ?? 0, items };
}
