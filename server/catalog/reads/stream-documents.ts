import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Predicate } from "../entity-predicate.ts";
import { visibleTo } from "../policy.ts";
import { headText } from "./document-text.ts";
import { allOf } from "./filter-entities.ts";
import { predicateCondition, sortValue } from "./predicate-sql.ts";
import type { OrderField } from "./query-documents.ts";
import { relationsText } from "./relations.ts";

export type DocumentSelection = {
  filter: Predicate | null;
  /** By these, the first counting most; without any by reference. */
  order: readonly OrderField[];
  limit: number | null;
  offset: number;
};

/** Whose turn it is, in order; the documents are read afterwards in batches, so that any number fits into memory. */
export async function selectDocuments(
  ctx: Ctx,
  { filter, order, limit, offset }: DocumentSelection,
): Promise<{ ids: string[]; hasNext: boolean }> {
  const where = allOf([visibleTo(ctx.actor), filter ? predicateCondition(ctx.actor, filter) : null]);
  const by: SQL[] = order.map((field) => {
    const way = field.order === "desc" ? sql`desc` : sql`asc`;
    return sql`${sortValue(ctx.actor, field.field)} ${way} nulls last`;
  });
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select e.id from entities e where ${where} order by ${sql.join([...by, sql`e.ref`], sql`, `)}
    ${limit === null ? sql`` : sql`limit ${limit + 1}`} offset ${offset}`);
  const ids = rows.map(({ id }) => id);
  return limit === null ? { ids, hasNext: false } : { ids: ids.slice(0, limit), hasNext: ids.length > limit };
}

type Row = { id: string; head: string; relations: string };

/** The chosen entries as JSON texts, in that order, a batch at a time; those removed meanwhile are left out. */
export async function* documentsOf(ctx: Ctx, ids: readonly string[], batch = 250): AsyncGenerator<string[]> {
  for (let start = 0; start < ids.length; start += batch) {
    const wanted = ids.slice(start, start + batch);
    const rows = await ctx.db.execute<Row>(sql`
      select e.id, ${headText(ctx.actor)} as head, ${relationsText(ctx.actor)} as relations
      from entities e join entity_bodies b on b.entity_id = e.id
      where e.id in (select json_array_elements_text(${JSON.stringify(wanted)}::json)::bigint)
        and ${visibleTo(ctx.actor)}`);
    const texts = new Map(rows.map((row) => [row.id, `${row.head},"relations":${row.relations}}`]));
    yield wanted.flatMap((id) => texts.get(id) ?? []);
  }
}
