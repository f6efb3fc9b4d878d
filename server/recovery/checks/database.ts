import { sql } from "drizzle-orm";
import { knownMigrations, readApplied } from "#db/migrations-list.ts";
import type { Db } from "#db/types.ts";
import { bad, type Check, good } from "./check.ts";

/** What the server says of itself, all at once. */
export type ServerFacts = {
  version: number;
  versionText: string;
  encoding: string;
  extensions: string[];
  /** Connections that are used now, and how many ordinary users may have. */
  used: number;
  most: number;
  /** Its clock minus ours, in seconds. */
  clockAheadSeconds: number;
};

export async function readServerFacts(db: Db): Promise<ServerFacts> {
  const before = Date.now();
  const [row] = await db.execute<Omit<ServerFacts, "clockAheadSeconds"> & { now: string }>(sql`
    select current_setting('server_version_num')::int / 10000 as version, current_setting('server_version') as "versionText",
      current_setting('server_encoding') as encoding,
      (select coalesce(array_agg(extname::text), '{}') from pg_extension) as extensions,
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
      extract(epoch from clock_timestamp())::text as now`);
  if (!row) throw new Error("The database answered with nothing");
  const middle = (before + Date.now()) / 2;
  return { ...row, clockAheadSeconds: Number(row.now) - middle / 1000 };
}

export function checkServer({ version, versionText, encoding, extensions }: ServerFacts): Check {
  const name = "database";
  if (version < 15)
    return bad(
      name,
      `PostgreSQL ${versionText} is too old`,
      "Move to PostgreSQL 15 or newer: backup, then restore there",
    );
  if (encoding !== "UTF8")
    return bad(
      name,
      `The database's encoding is ${encoding}`,
      "Make a database with the encoding UTF8 and restore into it",
    );
  const missing = ["pg_trgm", "unaccent"].filter((it) => !extensions.includes(it));
  if (missing.length > 0)
    return bad(
      name,
      `The extension ${missing.join(" and ")} is missing`,
      `As a superuser run in this database: ${missing.map((it) => `create extension ${it}`).join("; ")}`,
    );
  return good(name, `PostgreSQL ${versionText} answers`);
}

/** What one web and one worker process may open together, with a little for commands. */
const wanted = 24;

export function checkConnectionsLeft({ used, most }: ServerFacts): Check {
  const name = "database connections";
  const left = most - used;
  const message = `${left} of ${most} connections are free`;
  if (left >= wanted) return good(name, message);
  return bad(
    name,
    message,
    `A web and a worker process open up to ${wanted}: raise max_connections, or end what holds the others`,
  );
}

const clockToleranceSeconds = 5;

export function checkClock({ clockAheadSeconds }: ServerFacts): Check {
  const name = "clock";
  const off = Math.abs(clockAheadSeconds);
  if (off <= clockToleranceSeconds) return good(name, "This machine and the database agree on the time");
  return bad(
    name,
    `The database's clock is ${off.toFixed(0)} s ${clockAheadSeconds > 0 ? "ahead of" : "behind"} this machine's`,
    "Let both keep their time by NTP: sign-ins are refused when the time is wrong",
  );
}

export async function checkSchema(db: Db): Promise<Check> {
  const name = "migrations";
  const applied = await readApplied(db);
  const known = knownMigrations();
  const newest = known.at(-1)?.when ?? 0;
  const last = applied.at(-1)?.when ?? 0;
  if (last > newest)
    return bad(
      name,
      `The database was migrated by a newer release (its schema is of ${new Date(last).toISOString()})`,
      "Start the newer release, or restore a backup of this one with --force",
    );
  const pending = known.filter(({ when }) => when > last).length;
  if (pending > 0)
    return bad(
      name,
      `${pending} migrations have not run yet`,
      "Start the portal of this release: it runs them",
    );
  return good(name, `The schema is this release's (${applied.length} migrations)`);
}
