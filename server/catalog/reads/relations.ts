import { type SQL, sql } from "drizzle-orm";
import type { Actor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { ListRelated } from "../inputs.ts";
import { type EntityLink, type EntityRelation, pageSize, relationWords } from "../model.ts";
import { visibleTo } from "../policy.ts";
import { isVisibleRef } from "../visible-entities.ts";
import { allOf } from "./filter-entities.ts";
import { cutPage, keyset } from "./keyset.ts";
import { knownRef, linkOf } from "./links.ts";

type Row = {
  type: string;
  ref: string;
  kind: string | null;
  name: string | null;
  title: string | null;
  entityType: string | null;
  isGone: boolean | null;
  total: number;
};

const toLink = (row: Row): EntityLink => linkOf(row.ref, { ...row, type: row.entityType });

/** What the actor may know of an entry's relations `r`: for a guest those whose both ends they see. */
const knownRelations = (actor: Actor): SQL | null => {
  const target = isVisibleRef(actor, sql`target_ref`);
  return target && allOf([target, isVisibleRef(actor, sql`source_ref`)]);
};

/** The relations of `entity_bodies b` as JSON text: as it is stored, or what a guest may know of it. */
export function relationsText(actor: Actor): SQL {
  const known = isVisibleRef(actor, sql`r.value ->> 'targetRef'`);
  if (!known) return sql`b.relations`;
  return sql`(select coalesce(json_agg(r.value order by r.place), '[]')::text
    from json_array_elements(b.relations::json) with ordinality as r(value, place) where ${known})`;
}

/** The relations of an entry by type, in the order of the page; of each the first 50 by reference. */
export async function readRelations(ctx: Ctx, ref: string): Promise<EntityRelation[]> {
  const rows = await ctx.db.execute<Row>(sql`
    select r.type, r.target_ref as ref, e.kind, e.name, e.title, e.type as "entityType",
      e.file_gone_at is not null as "isGone", r.total
    from (
      select type, target_ref, (count(*) over (partition by type))::int as total,
        row_number() over (partition by type order by target_ref) as place
      from (select distinct type, target_ref from entity_relations
        where ${allOf([sql`source_ref = ${ref}`, knownRelations(ctx.actor)])}) as once
    ) as r left join entities e on e.ref = r.target_ref and ${visibleTo(ctx.actor)}
    where r.place <= ${pageSize} order by r.type, r.target_ref`);
  const order = Object.keys(relationWords);
  const place = (type: string) => (order.includes(type) ? order.indexOf(type) : order.length);
  return [...new Set(rows.map((row) => row.type))]
    .sort((a, b) => place(a) - place(b))
    .map((type) => {
      const own = rows.filter((row) => row.type === type);
      return { type, label: relationWords[type] ?? type, total: own[0]?.total ?? 0, items: own.map(toLink) };
    });
}

/** One relation of an entry, page by page. */
export async function readRelated(
  ctx: Ctx,
  input: ListRelated,
): Promise<{ items: EntityLink[]; nextCursor: string | null; previousCursor: string | null }> {
  const ref = knownRef(input.ref);
  const keys = keyset([{ expression: sql`r.target_ref`, cast: sql`text collate "C"` }], false, input.cursor);
  const rows = await ctx.db.execute<Row & Record<string, unknown>>(sql`
    select r.type, r.target_ref as ref, e.kind, e.name, e.title, e.type as "entityType",
      e.file_gone_at is not null as "isGone", ${keys.columns}
    from (select distinct type, target_ref from entity_relations
      where ${allOf([sql`source_ref = ${ref} and type = ${input.type}`, knownRelations(ctx.actor)])}) as r
    left join entities e on e.ref = r.target_ref
    where ${allOf([visibleTo(ctx.actor), keys.condition])} order by ${keys.orderBy} limit ${input.limit + 1}`);
  const page = cutPage([...rows], { limit: input.limit, cursor: input.cursor, columns: 1 });
  return { items: page.rows.map(toLink), nextCursor: page.nextCursor, previousCursor: page.previousCursor };
}
