import { type SQL, sql } from "drizzle-orm";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Predicate } from "../entity-predicate.ts";
import { visibleTo } from "../policy.ts";
import { isVisibleRef } from "../visible-entities.ts";
import { cachedAnswer } from "./cached-answer.ts";
import { contentFields } from "./document-text.ts";
import { allOf } from "./filter-entities.ts";
import { columnOf, predicateCondition, relationOf } from "./predicate-sql.ts";

type DocumentFacet = { value: string; count: number };

/** How many entities have each value of a field, under a filter: Backstage's facet, as JSON text. */
export async function readDocumentFacet(ctx: Ctx, field: string, filter: Predicate | null): Promise<string> {
  const key = field.toLowerCase();
  if (contentFields.has(key)) return "[]";
  const { text } = await cachedAnswer(ctx, ["facet", key, filter], async () => {
    const rows = await ctx.db.execute<DocumentFacet>(facetQuery(ctx, key, filter));
    return { text: JSON.stringify(rows.map(({ value, count }) => ({ value, count }))), mayKeep: true };
  });
  return text;
}

function facetQuery(ctx: Ctx, key: string, filter: Predicate | null): SQL {
  const where = allOf([visibleTo(ctx.actor), filter ? predicateCondition(ctx.actor, filter) : null]);
  const needsEntity = filter !== null || !isInsider(ctx.actor);
  const column = columnOf(key);
  if (column)
    return sql`select ${column.shown} as value, count(*)::int as count from entities e
      where ${where} and ${column.key} is not null group by 1 order by 1`;
  const relation = relationOf(key);
  if (relation)
    return sql`select r.target_ref as value, count(distinct e.id)::int as count
      from entity_relations r join entities e on e.ref = r.source_ref
      where ${allOf([sql`r.type = ${relation}`, isVisibleRef(ctx.actor, sql`r.target_ref`), where])}
      group by 1 order by 1`;
  return sql`select coalesce(f.original, f.value) as value, count(*)::int as count
    from entity_fields f ${needsEntity ? sql`join entities e on e.id = f.entity_id` : sql``}
    where f.key = ${key} and f.value is not null and ${where} group by f.value, f.original order by 1`;
}
