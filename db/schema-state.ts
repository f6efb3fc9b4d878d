import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { migrationsFolder } from "./migrate.ts";
import type { Db } from "./types.ts";

/** How the database's schema stands to this program: `older` also where there is none yet. */
export type SchemaState = "same" | "older" | "newer";

/** For a program that does not migrate by itself and has to know whether it may begin. */
export async function readSchemaState(db: Db): Promise<SchemaState> {
  const [table] = await db.execute<{ name: string | null }>(
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  );
  if (!table?.name) return "older";
  const [row] = await db.execute<{ last: string | null }>(
    sql`select max(created_at) as last from drizzle.__drizzle_migrations`,
  );
  const journal = JSON.parse(readFileSync(join(migrationsFolder(), "meta/_journal.json"), "utf8")) as {
    entries: { when: number }[];
  };
  const newest = Math.max(...journal.entries.map((entry) => entry.when));
  const last = Number(row?.last ?? 0);
  if (last === newest) return "same";
  return last < newest ? "older" : "newer";
}
