import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { openPool } from "./client.ts";
import type { Db } from "./types.ts";

/** Any fixed number serves; every process of every release takes the same one. */
export const migrationLock = 7_245_001;

/** The migrations lie beside the sources, also when this code runs from a bundle. */
export function migrationsFolder(): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), "migrations");
  return existsSync(join(beside, "meta/_journal.json")) ? beside : join(process.cwd(), "db/migrations");
}

/**
 * Brings the database to this release's schema, under an advisory lock so that two starters cannot run it together.
 * Throws one sentence when the server is too old, the encoding is not UTF8, the extensions cannot be made, or the schema is newer than the program.
 */
export async function migrateDatabase(url: string): Promise<{ applied: number }> {
  const pool = openPool(url, { max: 1, name: "milepost-migrate" });
  try {
    await pool.db.execute(sql`select pg_advisory_lock(${migrationLock})`);
    await requireServer(pool.db);
    await prepareExtensions(pool.db);
    const before = await appliedMigrations(pool.db);
    const folder = migrationsFolder();
    refuseNewerSchema(before, folder);
    await pool.db.execute(sql`set statement_timeout = 0`);
    await migrate(pool.db as unknown as PostgresJsDatabase, { migrationsFolder: folder });
    return { applied: (await appliedMigrations(pool.db)).length - before.length };
  } finally {
    await pool.end();
  }
}

async function requireServer(db: Db): Promise<void> {
  const [row] = await db.execute<{ version: number; encoding: string }>(
    sql`select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
  );
  const major = Math.floor((row?.version ?? 0) / 10_000);
  if (major < 15) throw new Error(`PostgreSQL ${major} is too old: Milepost needs 15 or newer`);
  if (row?.encoding !== "UTF8")
    throw new Error(
      `The database has the encoding ${row?.encoding}, and names would be stored wrongly in it: ` +
        `make one with "create database milepost template template0 encoding 'UTF8'" and name it in DATABASE_URL`,
    );
}

/** `immutable_unaccent` exists because an index needs an immutable function and unaccent() is only stable. */
export async function prepareExtensions(db: Db): Promise<void> {
  for (const name of ["pg_trgm", "unaccent"]) {
    const [present] = await db.execute(sql`select 1 from pg_extension where extname = ${name}`);
    if (present) continue;
    await db.execute(sql.raw(`create extension if not exists ${name}`)).catch((error: unknown) => {
      throw new Error(
        `The extension ${name} is missing and this database user may not create it: ` +
          `run "create extension ${name}" once as a superuser in this database`,
        { cause: error },
      );
    });
  }
  await db.execute(sql`
    create or replace function immutable_unaccent(text) returns text
    language sql immutable strict parallel safe
    return unaccent('unaccent'::regdictionary, $1)`);
}

async function appliedMigrations(db: Db): Promise<number[]> {
  const [table] = await db.execute<{ name: string | null }>(
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  );
  if (!table?.name) return [];
  const rows = await db.execute<{ created_at: string }>(
    sql`select created_at from drizzle.__drizzle_migrations order by created_at`,
  );
  return rows.map((row) => Number(row.created_at));
}

type Journal = { entries: { when: number; tag: string }[] };

function refuseNewerSchema(applied: number[], folder: string): void {
  const journal = JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")) as Journal;
  const newest = journal.entries.at(-1);
  const last = applied.at(-1);
  if (newest && last !== undefined && last > newest.when)
    throw new Error(
      `The database was migrated by a newer release (its schema is of ${new Date(last).toISOString()}, ` +
        `this program knows ${newest.tag} of ${new Date(newest.when).toISOString()}): start the newer release, or restore a backup`,
    );
}
