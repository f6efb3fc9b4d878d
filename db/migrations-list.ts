import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrationLock, migrationsFolder, prepareExtensions } from "./migrate.ts";
import type { Db } from "./types.ts";

/** One migration: `when` is its number for ever, `hash` the SHA-256 of its file. */
export type Migration = { when: number; hash: string };

/** The migrations that this program knows, the first one first. */
export function knownMigrations(): (Migration & { statements: string[] })[] {
  return readMigrationFiles({ migrationsFolder: migrationsFolder() }).map((file) => ({
    when: file.folderMillis,
    hash: file.hash,
    statements: file.sql,
  }));
}

/** The migrations that a database has had; none for an empty one. */
export async function readApplied(db: Db): Promise<Migration[]> {
  const [table] = await db.execute<{ name: string | null }>(
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  );
  if (!table?.name) return [];
  const rows = await db.execute<{ created_at: string; hash: string }>(
    sql`select created_at, hash from drizzle.__drizzle_migrations order by created_at`,
  );
  return rows.map((row) => ({ when: Number(row.created_at), hash: row.hash }));
}

/**
 * Applies the known migrations from the first that is missing up to `until` (a migration's `when`), inside the caller's
 * transaction, and writes them down where Drizzle's migrator looks for them.
 */
export async function applyMigrations(tx: Db, until = Number.POSITIVE_INFINITY): Promise<void> {
  await prepareExtensions(tx);
  await tx.execute(sql`create schema if not exists drizzle`);
  await tx.execute(
    sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  );
  const last = (await readApplied(tx)).at(-1)?.when ?? 0;
  for (const { when, hash, statements } of knownMigrations()) {
    if (when <= last || when > until) continue;
    for (const statement of statements) await tx.execute(sql.raw(statement));
    await tx.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${when})`,
    );
  }
}

/** Taken by everybody who changes the schema, until the transaction ends. */
export async function lockSchema(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${migrationLock})`);
}
