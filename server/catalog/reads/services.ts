import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { ListUnowned } from "../inputs.ts";
import type { EntityListItem, UnownedEntity, UnownedReason } from "../model.ts";
import { visibleTo } from "../policy.ts";
import { flagCondition, livingOwners } from "./filter-entities.ts";
import { type ItemRow, itemColumns, itemJoins, itemOf, ownColumns } from "./list-items.ts";

const maxServices = 50;

/**
 * The Components that the actor or one of the actor's groups owns: the first 50 by name, and how many there are. Teams below
 * a group that the actor is in directly count too: who leads a department sees the services of its teams.
 */
export async function readMyServices(ctx: Ctx): Promise<{ items: EntityListItem[]; total: number }> {
  const { actor } = ctx;
  if (actor.kind !== "user") return { items: [], total: 0 };
  const owners = [...actor.groupRefs, ...(actor.personRef ? [actor.personRef] : [])];
  if (owners.length === 0) return { items: [], total: 0 };
  const list = sql.join(
    owners.map((ref) => sql`${ref}`),
    sql`, `,
  );
  const rows = await ctx.db.execute<ItemRow & { total: number }>(sql`
    with recursive below(ref) as (
      select target_ref from entity_relations where source_ref = ${actor.personRef} and type = 'memberOf'
      union
      select r.target_ref from below join entity_relations r on r.source_ref = below.ref and r.type = 'parentOf'
    ), page as materialized (
      select ${ownColumns}, (count(*) over ())::int as total from entities e
      where ${visibleTo(actor)} and e.kind_key = 'component'
        and (e.owner_ref in (${list}) or e.owner_ref in (select ref from below))
      order by e.display_key, e.ref limit ${maxServices}
    )
    select ${itemColumns(actor)}, page.total from page ${itemJoins(actor)} order by page.display_key, page.ref`);
  return { items: rows.map(itemOf), total: rows[0]?.total ?? 0 };
}

/** Entries for which nobody answers, services first, with the reason. */
export async function readUnowned(
  ctx: Ctx,
  input: ListUnowned,
): Promise<{ items: UnownedEntity[]; total: number }> {
  const rows = await ctx.db.execute<ItemRow & { total: number; reason: UnownedReason }>(sql`
    with living as materialized (${livingOwners(ctx.actor)}), page as materialized (
      select ${ownColumns}, (count(*) over ())::int as total from entities e
      where ${visibleTo(ctx.actor)} and e.file_gone_at is null and ${flagCondition(ctx.actor, "unowned")}
      order by e.kind_key <> 'component', e.display_key, e.ref limit ${input.limit}
    )
    select ${itemColumns(ctx.actor)}, page.total,
      case when page.owner_ref is null then 'missing' when owner.ref is null then 'unknown'
        when owner.file_gone_at is not null then 'gone' else 'empty' end as reason
    from page ${itemJoins(ctx.actor)} order by page.kind <> 'Component', page.display_key, page.ref`);
  return { items: rows.map((row) => ({ ...itemOf(row), reason: row.reason })), total: rows[0]?.total ?? 0 };
}
