import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { EntityFilter, ListEntities } from "../inputs.ts";
import { countCap, type EntityCount, type EntityPage, type SortKey } from "../model.ts";
import { allOf, filterCondition, type Search, searchFor } from "./filter-entities.ts";
import { cutPage, keyset, type SortColumn } from "./keyset.ts";
import { type ItemRow, itemColumns, itemJoins, itemOf, ownColumns } from "./list-items.ts";

const text = sql`text collate "C"`;
const byName: SortColumn = { expression: sql`e.display_key`, cast: text };
const byRef: SortColumn = { expression: sql`e.ref`, cast: text };

/** Entries without the value come last in either direction. */
const nullable = (column: SQL, isDescending: boolean): SortColumn => ({
  expression: isDescending ? sql`coalesce(${column}, '')` : sql`coalesce(${column}, U&'\\+10FFFF')`,
  cast: text,
});

/** How sure an entry is (server/trust/model.ts); kinds that nobody is asked about count as surest. */
const leastSure: SortColumn = {
  expression: sql`coalesce((select t.confidence from entity_trust t where t.ref = e.ref), 2)`,
  cast: sql`real`,
  part: "number",
};

function sortColumns(sort: SortKey, isDescending: boolean): SortColumn[] {
  switch (sort) {
    case "name":
      return [byName, byRef];
    case "kind":
      return [{ expression: sql`e.kind_key`, cast: text }, byName, byRef];
    case "type":
      return [nullable(sql`e.type_key`, isDescending), byName, byRef];
    case "owner":
      return [nullable(sql`e.owner_ref`, isDescending), byName, byRef];
    case "lifecycle":
      return [nullable(sql`e.lifecycle_key`, isDescending), byName, byRef];
    case "updated":
      return [{ expression: sql`e.updated_at`, cast: sql`timestamptz`, part: "time" }, byName, byRef];
    case "trust":
      return [leastSure, byName, byRef];
  }
}

/** The best comes first, so its rank counts downwards; equal ones are in the order of their names. */
const byRelevance = (search: Search): SortColumn[] => [
  { expression: sql`round((-(${search.rank}))::numeric, 5)`, cast: sql`numeric`, part: "number" },
  byName,
  byRef,
];

/** A page of the catalogue. A query without a sort is in the order of relevance. */
export async function readEntities(ctx: Ctx, input: ListEntities): Promise<EntityPage> {
  const search = await searchFor(ctx, input.query);
  const isRelevance = search !== null && input.sort === undefined;
  const isDescending = !isRelevance && input.direction === "desc";
  const sort = isRelevance ? byRelevance(search) : sortColumns(input.sort ?? "name", isDescending);
  const keys = keyset(sort, isDescending, input.cursor);
  const where = allOf([filterCondition(ctx, input, search), keys.condition]);
  const rows = await ctx.db.execute<ItemRow & Record<string, unknown>>(sql`
    with page as materialized (
      select ${ownColumns}, ${keys.columns}, row_number() over (order by ${keys.orderBy}) as place
      from entities e where ${where} order by ${keys.orderBy} limit ${input.limit + 1}
    )
    select ${itemColumns(ctx.actor)}, ${sql.raw(sort.map((_, index) => `page.k${index}`).join(", "))}
    from page ${itemJoins(ctx.actor)} order by page.place`);
  const page = cutPage([...rows], { limit: input.limit, cursor: input.cursor, columns: sort.length });
  return { items: page.rows.map(itemOf), nextCursor: page.nextCursor, previousCursor: page.previousCursor };
}

/** How many entries a filter leaves: exact to 10,000, then capped. */
export async function countEntities(ctx: Ctx, filter: EntityFilter): Promise<EntityCount> {
  const search = await searchFor(ctx, filter.query);
  const [row] = await ctx.db.execute<{ total: number }>(sql`
    select count(*)::int as total from (
      select 1 from entities e where ${filterCondition(ctx, filter, search)} limit ${countCap + 1}) as capped`);
  const total = row?.total ?? 0;
  return { total: Math.min(total, countCap), isCapped: total > countCap };
}

/** All entries of a filter in the order of their names, page by page: for the CSV. */
export async function* streamEntities(ctx: Ctx, filter: EntityFilter) {
  let cursor: string | undefined;
  do {
    const page: EntityPage = await readEntities(ctx, {
      ...filter,
      sort: "name",
      direction: "asc",
      limit: 1000,
      cursor,
    });
    yield page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
}
