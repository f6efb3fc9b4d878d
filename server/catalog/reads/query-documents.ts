import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Predicate } from "../entity-predicate.ts";
import { visibleTo } from "../policy.ts";
import { type CachedTotal, cachedTotal } from "./cached-total.ts";
import { headText } from "./document-text.ts";
import { allOf } from "./filter-entities.ts";
import { type FullText, fullTextCondition, predicateCondition, sortValue } from "./predicate-sql.ts";
import { relationsText } from "./relations.ts";

export type OrderField = { field: string; order: "asc" | "desc" };

export type DocumentQuery = {
  filter: Predicate | null;
  fullText: FullText | null;
  orderFields: OrderField[];
  limit: number;
  offset: number;
  /** Where the page begins: sort value (absent without an order) and id of the row before it, or after it. */
  from: { values: (string | null)[]; isPrevious: boolean } | null;
  isTotalWanted: boolean;
};

export type DocumentPage = {
  /** Each entry as JSON text, ready to be sent. */
  items: string[];
  total: number | null;
  /** Sort values of the first and last row, and whether there are rows beyond them. */
  first: (string | null)[] | null;
  last: (string | null)[] | null;
  hasNext: boolean;
  hasPrevious: boolean;
  /** Whether who may read a repository decided about a part of it. */
  hasContents: boolean;
};

type Total = { total: number | null; version: string | null };
type Row = Total & { id: string; value: string | null; kind: string; head: string; relations: string };

/**
 * Entries as Backstage's API returns them. One order field counts, entries without a value for it come last, equal ones
 * are in the order in which they came into the catalogue.
 */
export async function queryDocuments(ctx: Ctx, query: DocumentQuery): Promise<DocumentPage> {
  const order = query.orderFields[0];
  const where = allOf([
    visibleTo(ctx.actor),
    query.filter ? predicateCondition(ctx.actor, query.filter) : null,
    query.fullText ? fullTextCondition(query.fullText) : null,
  ]);
  const total = query.isTotalWanted
    ? cachedTotal(sql`(select count(*)::int from entities e where ${where})`)
    : null;
  if (query.limit === 0) return { ...emptyPage, total: await readTotal(ctx, total) };
  const isBackward = query.from?.isPrevious ?? false;
  const value = order ? sortValue(ctx.actor, order.field) : null;
  const position = query.from ? positionCondition(value, order, query.from) : null;
  const rows = await ctx.db.execute<Row>(sql`
    with page as materialized (
      select e.id, ${value ?? sql`null`} as value from entities e where ${allOf([where, position])}
      order by ${orderBy(value, order, isBackward)} limit ${query.limit + 1} offset ${query.offset}
    )
    select page.id, page.value, e.kind_key as kind, ${headText(ctx.actor)} as head, ${relationsText(ctx.actor)} as relations, ${total?.columns ?? noTotal}
    from page join entity_bodies b on b.entity_id = page.id join entities e on e.id = page.id order by ${orderBy(value && sql`page.value`, order, isBackward, sql`page.id`)}`);
  const hasMore = rows.length > query.limit;
  const shown = rows.slice(0, query.limit);
  if (isBackward) shown.reverse();
  const edge = (row: Row | undefined) => (row ? [...(order ? [row.value] : []), row.id] : null);
  return {
    items: shown.map((row) => `${row.head},"relations":${row.relations}}`),
    total: rows[0] ? keepTotal(total, rows[0]) : await readTotal(ctx, total),
    first: edge(shown[0]),
    last: edge(shown.at(-1)),
    hasNext: isBackward || hasMore,
    hasPrevious: isBackward ? hasMore : query.from !== null,
    hasContents: shown.some(({ kind }) => kind === "api"),
  };
}

const emptyPage = {
  items: [],
  first: null,
  last: null,
  hasNext: false,
  hasPrevious: false,
  hasContents: false,
};

const noTotal = sql`null::int as total, null::uuid as version`;

function keepTotal(total: CachedTotal | null, row: Total): number | null {
  total?.keep(row);
  return row.total;
}

async function readTotal(ctx: Ctx, total: CachedTotal | null): Promise<number | null> {
  if (!total) return null;
  const [row] = await ctx.db.execute<Total>(sql`select ${total.columns}`);
  return row ? keepTotal(total, row) : null;
}

/** Null values come last in both directions, and so first when a page is read backwards. */
function orderBy(value: SQL | null, order: OrderField | undefined, isBackward: boolean, id = sql`e.id`): SQL {
  const goesDown = (order?.order === "desc") !== isBackward;
  const way = goesDown ? sql`desc` : sql`asc`;
  if (!value) return sql`${id} ${way}`;
  return sql`${value} ${way} ${isBackward ? sql`nulls first` : sql`nulls last`}, ${id} ${way}`;
}

function positionCondition(
  value: SQL | null,
  order: OrderField | undefined,
  from: { values: (string | null)[]; isPrevious: boolean },
): SQL {
  const goesDown = (order?.order === "desc") !== from.isPrevious;
  const beyond = goesDown ? sql`<` : sql`>`;
  const id = sql`${String(from.values.at(-1))}::bigint`;
  if (!value) return sql`e.id ${beyond} ${id}`;
  const edge = from.values[0];
  if (edge === null || edge === undefined) {
    const among = sql`(${value} is null and e.id ${beyond} ${id})`;
    return from.isPrevious ? sql`(${value} is not null or ${among})` : among;
  }
  const row = sql`((${value}, e.id) ${beyond} (${edge}::text collate "C", ${id}))`;
  return from.isPrevious ? row : sql`(${row} or ${value} is null)`;
}
