import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sql } from "drizzle-orm";
import { openPool } from "#db/client.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "#db/embedded/start-postgres.ts";
import { migrateDatabase } from "#db/migrate.ts";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { writeReport } from "#server/delivery/report-file/write-report.ts";
import { fillHistory } from "./figures/fill-history.ts";
import { fillRepositories } from "./figures/fill-repositories.ts";

/**
 * `npm run bench report-file -- --services 200 --deployments 20000`: writes the report of an organisation to nowhere, and says
 * how long that took, how often the database was asked, how much memory it held and what the file's hash is. `--database`
 * with `--filled` and `--at` writes the same report again from a database that another run has filled.
 */
const { values: given } = parseArgs({
  options: {
    services: { type: "string", default: "200" },
    deployments: { type: "string", default: "20000" },
    commits: { type: "string", default: "60000" },
    days: { type: "string", default: "365" },
    rounds: { type: "string", default: "3" },
    database: { type: "string" },
    filled: { type: "boolean", default: false },
    at: { type: "string" },
  },
});
const size = {
  services: Number(given.services),
  deployments: Number(given.deployments),
  commits: Number(given.commits),
  days: Number(given.days),
};
const at = given.at ? new Date(given.at) : new Date();
const say = (text: string) => console.log(`  ${text}`);

const work = mkdtempSync(join(tmpdir(), "milepost-bench-report-"));
let server: EmbeddedPostgres | undefined;
try {
  if (!given.database)
    server = await startEmbeddedPostgres({ dataDir: join(work, "data"), durability: "durable" });
  const url = given.database ?? server?.url ?? "";
  if (!given.filled) await fill(url);
  const pool = openPool(url, { max: 4, name: "milepost-bench", idleTimeoutSeconds: 600 });
  say(
    `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; ${JSON.stringify(size)}, at ${at.toISOString()}`,
  );
  for (let round = 0; round < Number(given.rounds); round++) await write(pool.db);
  await pool.end();
} finally {
  await server?.stop();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(0);

async function fill(url: string): Promise<void> {
  await migrateDatabase(url);
  const filling = openPool(url, { max: 1, name: "milepost-fill" });
  await filling.db.execute(sql`set statement_timeout = 0`);
  await fillHistory(filling.db, size, say);
  await fillRepositories(filling.db, say);
  await filling.end();
}

async function write(db: Db): Promise<void> {
  const asked = { statements: 0 };
  const hash = createHash("sha256");
  let [bytes, lines, most] = [0, 0, 0];
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  const ctx = { db: counting(db, asked), actor: systemActor("Bench"), now: () => at };
  await writeReport(ctx, AskFigures.parse({ scope: { kind: "organisation" }, days: 90 }), (text) => {
    hash.update(text);
    bytes += text.length;
    lines += text.split("\n").length - 1;
    most = Math.max(most, process.memoryUsage().heapUsed - before);
  });
  const seconds = (performance.now() - began) / 1000;
  const mb = (count: number) => `${(count / 2 ** 20).toFixed(0)} MB`;
  say(
    `${seconds.toFixed(2)} s, ${asked.statements} statements, ${lines} lines, ${mb(bytes)}, heap up to ${mb(most)} more, ` +
      `resident at most ${mb(process.resourceUsage().maxRSS * 1024)}, sha256 ${hash.digest("hex").slice(0, 16)}`,
  );
}

/** The same database, counting what it is asked, also in transactions. */
function counting<D extends Db>(db: D, asked: { statements: number }): D {
  return new Proxy(db, {
    get: (target, key) => {
      const value = Reflect.get(target, key) as unknown;
      if (key === "execute" || key === "select") asked.statements += 1;
      if (key === "transaction")
        return (work: (tx: Db) => Promise<unknown>, options: object) =>
          target.transaction((tx) => work(counting(tx, asked)), options);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
