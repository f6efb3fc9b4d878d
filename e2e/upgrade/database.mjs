// What a database holds, read without any product code.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";

/** Starts the PostgreSQL of a data folder whose portal is stopped, by the command line that it was last started with. */
export async function openStopped(dataDir) {
  const cluster = clusterOf(dataDir);
  const [, program] = /^(\S+)/.exec(readFileSync(join(cluster, "postmaster.opts"), "utf8"));
  const { uid, gid } = statSync(cluster);
  const socket = socketOf(dataDir);
  const args = ["-D", cluster, "-c", "listen_addresses=", "-c", `unix_socket_directories=${socket}`];
  const child = spawn(program, args, {
    cwd: cluster,
    stdio: "ignore",
    ...(process.getuid() === 0 ? { uid, gid } : {}),
  });
  for (let tries = 0; !existsSync(join(socket, ".s.PGSQL.5432")); tries += 1) {
    if (tries > 200) throw new Error(`The PostgreSQL of ${dataDir} did not start`);
    await sleep(50);
  }
  await sleep(300);
  const sql = connect(embeddedUrl(dataDir));
  const close = async () => {
    await sql.end();
    child.kill("SIGINT");
    await new Promise((resolve) => child.once("exit", resolve));
  };
  return { sql, close };
}

/** The folder may be a link to where PostgreSQL's user can reach it. */
const clusterOf = (dataDir) =>
  realpathSync(
    join(
      dataDir,
      readdirSync(dataDir).find((entry) => /^postgres-\d+$/.test(entry)),
    ),
  );
const socketOf = (dataDir) => join(dirname(clusterOf(dataDir)), "socket");

export const embeddedUrl = (dataDir) =>
  `postgres://milepost@localhost/milepost?host=${encodeURIComponent(socketOf(dataDir))}`;

export function connect(url) {
  const { searchParams, pathname, username } = new URL(url);
  return postgres({
    host: searchParams.get("host"),
    database: pathname.slice(1),
    username,
    max: 1,
    onnotice: () => {},
    connection: { TimeZone: "UTC", application_name: "upgrade-drill" },
  });
}

/** Every table of the schema "public" with its columns and the hash of each of its rows over those columns. */
export async function readTables(sql, onlyTables) {
  const found = await sql`
    select c.relname::text as name, array_agg(quote_ident(a.attname) order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by c.relname order by 1`;
  const tables = new Map();
  for (const { name, columns } of found) {
    const wanted = onlyTables ? onlyTables.get(name)?.columns : columns;
    if (!wanted) continue;
    const rows = await sql.unsafe(`select md5(row(${wanted.join(", ")})::text) as hash from "${name}"`);
    tables.set(name, { columns: wanted, hashes: rows.map(({ hash }) => hash) });
  }
  return tables;
}

/** For each table: rows before and after, and how many of the earlier ones are no longer there as they were. */
export function compareTables(before, after) {
  return [...before].map(([name, { hashes }]) => {
    const left = new Map();
    for (const hash of after.get(name)?.hashes ?? []) left.set(hash, (left.get(hash) ?? 0) + 1);
    let changed = 0;
    for (const hash of hashes) {
      const count = left.get(hash) ?? 0;
      if (count === 0) changed += 1;
      else left.set(hash, count - 1);
    }
    return { name, before: hashes.length, after: after.get(name)?.hashes.length ?? 0, changed };
  });
}
