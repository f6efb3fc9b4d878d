import { sql } from "drizzle-orm";
import type { StoredData } from "#db/stored-data/line.ts";
import { storedData } from "#db/stored-data.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readStoredDataRefusal } from "./policy.ts";

/** `rows` as PostgreSQL's own statistics have them; null where it keeps none. */
export type StoredDataRow = StoredData & { rows: number | null };

/** What is stored about people, what contents, and which secrets; and how many rows of each there are by now. */
export async function readStoredData(ctx: Ctx): Promise<StoredDataRow[]> {
  ensure(readStoredDataRefusal(ctx.actor));
  const rows = await ctx.db.execute<{ name: string; rows: number }>(sql`
    select relname as name, n_live_tup::float8 as rows from pg_stat_user_tables where schemaname = 'public'`);
  const estimates = new Map(rows.map(({ name, rows: count }) => [name, count]));
  return storedData.map((entry) => ({ ...entry, rows: estimates.get(entry.table) ?? null }));
}
