import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";

/** A table with the columns that a backup holds, in the order of its rows there. */
export type ContentTable = { name: string; columns: string[]; orderBy: string };

/**
 * What is no content. Sessions and sign-ins under way would bring back to life what was ended since; signs of life and
 * limits are of this minute; the list of backups belongs to the machine that holds them.
 */
const leftOutTables = [
  "backups",
  "processes",
  "rate_limits",
  "sessions",
  "sign_in_attempts",
  "sign_in_links",
] as const;

/** A setup token that was used since must not count again. */
const leftOutColumns: Readonly<Record<string, readonly string[]>> = {
  installation: [
    "setup_token_hash",
    "setup_token_expires_at",
    "setup_token_tries",
    "setup_session_hash",
    "setup_session_expires_at",
  ],
};

const inAnExtension = (oid: SQL): SQL =>
  sql`exists (select from pg_depend where objid = ${oid} and deptype = 'e')`;

/** `"name"`, whatever is in the name. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * The tables whose rows are content, as the database itself describes them, so that a backup of any release's schema can
 * be made. Texts are ordered by code point: the order, and with it the checksum, is the same on every server.
 */
export async function readContentTables(db: Db): Promise<ContentTable[]> {
  const rows = await db.execute<{ name: string; columns: string[]; key: string[] | null }>(sql`
    select c.relname::text as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select array_agg(quote_ident(a.attname) || case when a.attcollation = 0 then '' else ' collate "C"' end
          order by k.place)
        from pg_index i, unnest(i.indkey::int2[]) with ordinality k (attnum, place), pg_attribute a
        where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum) as key
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relpersistence = 'p' and not ${inAnExtension(sql`c.oid`)}
    order by c.relname collate "C"`);
  return rows
    .filter(({ name }) => !leftOutTables.some((left) => left === name))
    .map(({ name, columns, key }) => ({
      name,
      columns: columns.filter((column) => !leftOutColumns[name]?.includes(column)),
      orderBy: key ? key.join(", ") : `${quoted(name)}::text collate "C"`,
    }));
}

export const copyTableOut = ({ name, columns, orderBy }: ContentTable): string =>
  `copy (select ${columns.map(quoted).join(", ")} from ${quoted(name)} order by ${orderBy}) to stdout`;

/** Rows are written as if they had always been there, which spares a second write of every page later on. */
export const copyTableIn = ({ name, columns }: Pick<ContentTable, "name" | "columns">): string =>
  `copy ${quoted(name)} (${columns.map(quoted).join(", ")}) from stdin (freeze)`;

/** The last number that each sequence gave out; those that gave none are left out. */
export async function readSequences(db: Db): Promise<{ name: string; last: string }[]> {
  const rows = await db.execute<{ name: string; last: string | null }>(sql`
    select sequencename::text as name, last_value::text as last from pg_sequences
    where schemaname = 'public' order by sequencename collate "C"`);
  return rows.flatMap(({ name, last }) => (last === null ? [] : [{ name, last }]));
}

/**
 * Makes COPY text the same whatever the server's settings are, and gives a long transaction the time and memory that it
 * needs.
 */
export async function settleSession(tx: Db): Promise<void> {
  await tx.execute(sql`
    set local datestyle = 'ISO, YMD'; set local timezone = 'UTC'; set local intervalstyle = 'iso_8601';
    set local bytea_output = 'hex'; set local extra_float_digits = 1;
    set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
    set local work_mem = '64MB'; set local maintenance_work_mem = '256MB'`);
}

/** Whether any content table holds a row. */
export async function findContent(db: Db): Promise<string | null> {
  for (const { name } of await readContentTables(db)) {
    const [row] = await db.execute(sql.raw(`select 1 as found from ${quoted(name)} limit 1`));
    if (row) return name;
  }
  return null;
}
