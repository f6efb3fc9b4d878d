import { sql } from "drizzle-orm";
import { applyMigrations, knownMigrations } from "#db/migrations-list.ts";
import type { Db } from "#db/types.ts";
import { conflict, DomainError, invalid } from "#server/core/errors.ts";
import { findContent, quoted } from "./content-tables.ts";
import { type Manifest, waitingJobs } from "./format.ts";
import { damaged } from "./read-archive.ts";

const notInAnExtension = sql`not exists (select from pg_depend where objid = c.oid and deptype = 'e')`;

/**
 * Why a backup of this schema cannot be restored by this program; null when it can. A migration of the same number but
 * another content comes from a build that never was a release.
 */
export function schemaRefusal(manifest: Pick<Manifest, "migrations" | "release">): string | null {
  const known = new Map(knownMigrations().map(({ when, hash }) => [when, hash]));
  const newest = Math.max(...known.keys());
  const newer = manifest.migrations.find(({ when }) => when > newest);
  if (newer)
    return `This backup was written by a newer release (${manifest.release}, schema of ${dayOf(newer.when)}; this program knows ${dayOf(newest)}): restore it with that release or a newer one. Nothing was changed`;
  const strange = manifest.migrations.find(({ when, hash }) => known.get(when) !== hash);
  return strange
    ? `This backup's schema of ${dayOf(strange.when)} is not the one that this program knows: restore it with the program that wrote it (${manifest.release}). Nothing was changed`
    : null;
}

const dayOf = (when: number) => new Date(when).toISOString();

/** Removes all that is Milepost's from the schema "public", whatever release made it. Extensions stay. */
export async function dropEverything(tx: Db): Promise<void> {
  const relations = await tx.execute<{ name: string; kind: string }>(sql`
    select c.relname::text as name, c.relkind as kind from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
      and ${notInAnExtension}`);
  const words: Readonly<Record<string, string>> = { v: "view", m: "materialized view" };
  for (const { name, kind } of relations)
    await tx.execute(sql.raw(`drop ${words[kind] ?? "table"} if exists ${quoted(name)} cascade`));
  const routines = await tx.execute<{ signature: string }>(sql`
    select c.oid::regprocedure::text as signature from pg_proc c
    where c.pronamespace = 'public'::regnamespace and ${notInAnExtension}`);
  for (const { signature } of routines)
    await tx.execute(sql.raw(`drop routine if exists ${signature} cascade`));
  await tx.execute(sql`drop schema if exists drizzle cascade`);
}

/** Makes the backup's schema, empty, and checks that it has what the backup says it has. */
export async function makeSchema(tx: Db, manifest: Manifest): Promise<void> {
  await applyMigrations(tx, manifest.migrations.at(-1)?.when);
  const rows = await tx.execute<{ name: string; columns: string[] }>(sql`
    select c.relname::text as name, array_agg(a.attname::text) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by c.oid`);
  const columnsOf = new Map(rows.map(({ name, columns }) => [name, new Set(columns)]));
  for (const { name, columns } of manifest.tables) {
    const present = columnsOf.get(name);
    if (name !== waitingJobs && !(present && columns.every((column) => present.has(column))))
      throw damaged(`it has rows for ${name}, which its schema does not have like that`);
  }
}

/** What a table has besides its rows, as statements that take it away and bring it back. */
export type Detached = { away: string[]; back: string[] };

/**
 * Foreign keys, indexes and triggers. Rows come in faster without the first two, the guards of the audit log refuse rows
 * from outside, and what a trigger would write is in the backup already. Bringing foreign keys back checks them.
 */
export async function readDetachable(tx: Db): Promise<Detached> {
  const keys = await tx.execute<{ table: string; name: string; definition: string }>(sql`
    select c.conrelid::regclass::text as table, quote_ident(c.conname) as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c where c.connamespace = 'public'::regnamespace and c.contype = 'f' and c.conparentid = 0
    order by 1, 2`);
  const indexes = await tx.execute<{ name: string; definition: string }>(sql`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and ${notInAnExtension}
      and not exists (select from pg_constraint where conindid = i.indexrelid) order by 1`);
  const triggers = await tx.execute<{ table: string; name: string; state: string }>(sql`
    select c.tgrelid::regclass::text as table, quote_ident(c.tgname) as name, c.tgenabled as state
    from pg_trigger c join pg_class r on r.oid = c.tgrelid
    where r.relnamespace = 'public'::regnamespace and not c.tgisinternal and c.tgenabled <> 'D' order by 1, 2`);
  const states: Readonly<Record<string, string>> = { A: "enable always", R: "enable replica" };
  return {
    away: [
      ...keys.map((key) => `alter table ${key.table} drop constraint ${key.name}`),
      ...indexes.map((index) => `drop index ${index.name}`),
      ...triggers.map((it) => `alter table ${it.table} disable trigger ${it.name}`),
    ],
    back: [
      ...indexes.map((index) => index.definition),
      ...keys.map((key) => `alter table ${key.table} add constraint ${key.name} ${key.definition}`),
      ...triggers.map((it) => `alter table ${it.table} ${states[it.state] ?? "enable"} trigger ${it.name}`),
    ],
  };
}

/**
 * Throws DomainError when this database must not be restored into. `mayReplace` allows to replace data of Milepost, never
 * a stranger's tables, and never under a portal that runs.
 */
export async function refuseTarget(db: Db, mayReplace: boolean): Promise<void> {
  const [ours] = await db.execute<{ name: string | null }>(
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  );
  if (!ours?.name) return refuseForeignTables(db);
  const running = await findPortal(db);
  if (running)
    throw conflict(
      `Milepost is running on this database (${running}): stop it, then restore. Nothing was changed`,
    );
  const content = mayReplace ? null : await findContent(db);
  if (content)
    throw conflict(
      `The database holds data already (in ${content}): restore into an empty one, or replace all of it with --force`,
    );
}

async function refuseForeignTables(db: Db): Promise<void> {
  const [foreign] = await db.execute<{ name: string }>(sql`
    select c.relname::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and ${notInAnExtension} limit 1`);
  if (foreign)
    throw conflict(
      `The database holds "${foreign.name}", which is not Milepost's: restore into a database of its own`,
    );
}

/** Web and worker name their connections. */
async function findPortal(db: Db): Promise<string | null> {
  const rows = await db.execute<{ name: string }>(sql`
    select distinct replace(application_name, 'milepost-', '') as name from pg_stat_activity
    where datname = current_database() and application_name in ('milepost-web', 'milepost-worker', 'milepost-jobs')
    order by 1`);
  return rows.length > 0 ? rows.map(({ name }) => name).join(", ") : null;
}

/** PostgreSQL's own words may hold values: only what kind of refusal it was is told. */
export function toldOfDatabase(error: unknown, what: string): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code = "" } = at as NodeJS.ErrnoException;
    if (/^(22|23)/.test(code)) return damaged(`the database does not take ${what}`);
    if (code === "53100")
      return new DomainError(
        "unavailable",
        "The database's disk is full: free space there and restore again. Nothing was changed",
      );
    if (code === "42501")
      return invalid(
        "This database user may not make or remove tables here: restore as the owner of the database. Nothing was changed",
      );
  }
  return error;
}
