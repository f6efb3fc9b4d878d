import { type SQL, sql } from "drizzle-orm";
import { type CursorPart, readCursor, writeCursor } from "#server/core/pagination.ts";

type Value = string | number | null;

/** One sort value: how it is written in SQL, and how a text from a cursor becomes it again. */
export type SortColumn = { expression: SQL; cast: SQL; part?: CursorPart };

type Keyset = {
  /** Condition for the rows after (or before) the cursor; null on the first page. */
  condition: SQL | null;
  orderBy: SQL;
  /** The sort values as text columns `k0`, `k1`, …, from which the next cursors are made. */
  columns: SQL;
};

type Paged<Row> = { rows: Row[]; nextCursor: string | null; previousCursor: string | null };

/**
 * Pages in both directions over columns that are all sorted the same way and together are unique.
 * A cursor holds a direction and the sort values of the row at the page's edge.
 */
export function keyset(
  sort: readonly SortColumn[],
  isDescending: boolean,
  cursor: string | undefined,
): Keyset {
  const [direction, ...values] = cursor
    ? readCursor(cursor, ["text", ...sort.map(({ part }) => part ?? "any")])
    : [null];
  const isBackward = direction === "before";
  const goesDown = isDescending !== isBackward;
  const list = (parts: SQL[]) => sql.join(parts, sql`, `);
  const at = sort.map((column, index) => sql`${String(values[index])}::${column.cast}`);
  return {
    condition: cursor
      ? sql`(${list(sort.map(({ expression }) => expression))}) ${goesDown ? sql`<` : sql`>`} (${list(at)})`
      : null,
    orderBy: list(sort.map(({ expression }) => sql`${expression} ${goesDown ? sql`desc` : sql`asc`}`)),
    columns: list(sort.map(({ expression }, index) => sql`(${expression})::text as ${sql.raw(`k${index}`)}`)),
  };
}

/** Cuts the rows of a keyset query, which asked for one row more than the page, into a page with its cursors. */
export function cutPage<Row extends Record<string, unknown>>(
  found: readonly Row[],
  options: { limit: number; cursor: string | undefined; columns: number },
): Paged<Row> {
  const isBackward = options.cursor
    ? readCursor(options.cursor, [
        "text",
        ...Array.from({ length: options.columns }, () => "any" as const),
      ])[0] === "before"
    : false;
  const hasMore = found.length > options.limit;
  const rows = found.slice(0, options.limit);
  if (isBackward) rows.reverse();
  const edge = (row: Row | undefined, direction: "after" | "before") =>
    row
      ? writeCursor([direction, ...Array.from({ length: options.columns }, (_, i) => row[`k${i}`] as Value)])
      : null;
  return {
    rows,
    nextCursor: isBackward || hasMore ? edge(rows.at(-1), "after") : null,
    previousCursor:
      (isBackward && hasMore) || (!isBackward && options.cursor) ? edge(rows[0], "before") : null,
  };
}
