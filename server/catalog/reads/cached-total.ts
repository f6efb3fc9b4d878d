import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

/** Totals by their query, with the catalogue's version under which they were counted; the oldest go first. */
const totals = new Map<string, { version: string; total: number }>();
const maxTotals = 500;
const dialect = new PgDialect();

const version = sql`(select version from catalogue_state)`;

export type CachedTotal = {
  /** Columns `total` and `version`, to be selected with the page, so that both are of one moment. */
  columns: SQL;
  /** Remembers what was selected. */
  keep: (row: { total: number | null; version: string | null }) => void;
};

/**
 * Counting thousands of entries costs more than reading twenty. While the catalogue is the same, its version says so and
 * the database does not count again (a subquery in a CASE is run only when its branch is reached).
 */
export function cachedTotal(count: SQL): CachedTotal {
  const { sql: text, params } = dialect.sqlToQuery(count);
  const key = JSON.stringify([text, params]);
  const known = totals.get(key);
  const total = known
    ? sql`case when ${version} = ${known.version}::uuid then ${known.total}::int else ${count} end`
    : count;
  return {
    columns: sql`${total} as total, ${version} as version`,
    keep: (row) => {
      if (row.total === null || row.version === null) return;
      totals.delete(key);
      totals.set(key, { version: row.version, total: row.total });
      const oldest = totals.keys().next();
      if (totals.size > maxTotals && !oldest.done) totals.delete(oldest.value);
    },
  };
}
