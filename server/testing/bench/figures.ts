import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type SQL, sql } from "drizzle-orm";
import { openPool, type Pool } from "#db/client.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "#db/embedded/start-postgres.ts";
import { migrateDatabase } from "#db/migrate.ts";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { prepareQueues } from "#server/core/jobs.ts";
import { readFiguresByService } from "#server/delivery/figures/by-service.ts";
import { readEvidence } from "#server/delivery/figures/evidence.ts";
import { AskByService, AskEvidence, AskFigures } from "#server/delivery/figures/inputs.ts";
import { keepFigures, keepLongFigures } from "#server/delivery/figures/keep-figures.ts";
import { standingScopes } from "#server/delivery/figures/large-scopes.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { allJobs } from "#server/worker/registry.ts";
import { fillHistory } from "./figures/fill-history.ts";
import { measureFreshness } from "./figures/measure-freshness.ts";

/**
 * `npm run bench figures -- --deployments 1000000`: fills the tables behind the figures and holds what pages ask against
 * the goals: an organisation's page within 150 ms, a service's within 50 ms, a new deployment on them within 3 s of its
 * webhook (all p95). `--explain` prints the plans of a service's and the organisation's page. `--database` takes a server of
 * its own in place of a fresh one, `--filled` one that a run with it has filled; `--fresh` measures freshness alone.
 */
const { values: given } = parseArgs({
  options: {
    deployments: { type: "string", default: "1000000" },
    commits: { type: "string", default: "5000000" },
    services: { type: "string", default: "2000" },
    days: { type: "string", default: "1095" },
    rounds: { type: "string", default: "100" },
    database: { type: "string" },
    filled: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
    explain: { type: "boolean", default: false },
  },
});
const size = {
  deployments: Number(given.deployments),
  commits: Number(given.commits),
  services: Number(given.services),
  days: Number(given.days),
};
const rounds = Number(given.rounds);
const say = (text: string) => console.log(`  ${text}`);
const as = (db: Db): Ctx => ({ db, actor: systemActor("Bench"), now: () => new Date() });

const urlOf = () => given.database ?? server?.url ?? "";

const organisation = { kind: "organisation" } as const;
const service = (n: number) => ({ kind: "service" as const, ref: `component:default/service-${n}` });
const ask = (scope: unknown, more: object = {}) => AskFigures.parse({ scope, ...more });

const work = mkdtempSync(join(tmpdir(), "milepost-bench-figures-"));
let server: EmbeddedPostgres | undefined;
let pool: Pool | undefined;
try {
  if (!given.database)
    server = await startEmbeddedPostgres({ dataDir: join(work, "data"), durability: "durable" });
  const url = urlOf();
  if (!given.filled) {
    await migrateDatabase(url);
    await prepareQueues(url, allJobs);
  }
  pool = openPool(url, { max: 10, name: "milepost-bench", idleTimeoutSeconds: 86_400 });
  await measure(pool.db);
} finally {
  await pool?.end();
  await server?.stop();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(0);

async function measure(db: Db): Promise<void> {
  say(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; ${JSON.stringify(size)}`);
  if (!given.filled) {
    const filling = openPool(urlOf(), { max: 1, name: "milepost-fill" });
    await filling.db.execute(sql`set statement_timeout = 0`);
    await fillHistory(filling.db, size, say);
    await filling.end();
  }
  const ctx = as(db);
  await timed("all kept figures of 28 and 90 days, from nothing", () => keepAll(ctx));
  if (!given.fresh)
    await timed("all kept figures of 182 and 365 days, from nothing", () => keepLongFigures(ctx));
  if (given.explain) await explainPages(db);
  if (!given.fresh) await measurePages(ctx);
  const tools = { tell, say };
  await measureFreshness(ctx, urlOf(), { rounds: Math.min(rounds, 25), services: size.services }, tools);
}

/** A run ends after a while, and orders the next one. */
async function keepAll(ctx: Ctx): Promise<void> {
  for (;;) {
    await keepFigures(ctx);
    const all = await standingScopes(ctx);
    const [row] = await ctx.db.execute<{ kept: number }>(sql`
      select count(*)::int as kept from delivery_standing where span = '90' and day > current_date`);
    if ((row?.kept ?? 0) >= all.length) return say(`${all.length} scopes are kept`);
  }
}

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await work();
  say(`${name}: ${((performance.now() - began) / 1000).toFixed(2)} s`);
}

async function repeat(
  name: string,
  work: (round: number) => Promise<unknown>,
  options: { times?: number; goalMs?: number } = {},
): Promise<void> {
  const times: number[] = [];
  await work(0);
  for (let round = 0; round < (options.times ?? rounds); round++) {
    const began = performance.now();
    await work(round);
    times.push(performance.now() - began);
  }
  tell(name, times, options.goalMs);
}

function tell(name: string, times: readonly number[], goalMs?: number): void {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  const goal = goalMs ? `, goal ${goalMs} ms` : "";
  say(`${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms (${sorted.length} times${goal})`);
}

async function measurePages(ctx: Ctx): Promise<void> {
  const page = (asked: ReturnType<typeof ask>) => readFigures(ctx, asked);
  const any = (round: number) => 1 + ((round * 7919) % size.services);
  for (const days of [28, 90, 182, 365])
    await repeat(`organisation, ${days} days`, () => page(ask(organisation, { days })), { goalMs: 150 });
  await repeat(
    "organisation, first 25 services",
    () => readFiguresByService(ctx, AskByService.parse({ scope: organisation })),
    { goalMs: 150 },
  );
  await repeat("any service, 90 days", (round) => page(ask(service(any(round)))), { goalMs: 50 });
  await repeat("any service, 365 days", (round) => page(ask(service(any(round)), { days: 365 })), {
    goalMs: 50,
  });
  await repeat("the busiest service, 90 days", () => page(ask(service(1))), { goalMs: 50 });
  const team = (name: string) => ({ kind: "team", ref: `group:default/${name}` });
  await repeat("a team of 40 services, 90 days", (round) => page(ask(team(`team-${round % 50}`))));
  await repeat("a department of 400 services, 90 days", (round) =>
    page(ask(team(`department-${round % 5}`))),
  );
  const rows = (scope: unknown, metric: string, part: string) =>
    readEvidence(ctx, AskEvidence.parse({ scope, metric, part }));
  await repeat("evidence of a service", (round) => rows(service(any(round)), "leadTime", "changes"), {
    goalMs: 50,
  });
  await repeat("evidence of the organisation: changes", () => rows(organisation, "leadTime", "changes"), {
    times: 5,
  });
  await repeat(
    "evidence of the organisation: failures",
    () => rows(organisation, "changeFailRate", "confirmed"),
    { times: 5 },
  );
  await repeat(
    "organisation, 90 days, without exclusions (worked out on the spot)",
    () => page(ask(organisation, { exclusions: false })),
    { times: 3 },
  );
}

/** The plan of each statement that a page makes. */
async function explainPages(db: Db): Promise<void> {
  const explaining = new Proxy(db, {
    get: (target, key) => {
      if (key !== "execute") return Reflect.get(target, key) as unknown;
      return async (query: SQL) => {
        const plan = await target.execute<{ "QUERY PLAN": string }>(sql`explain (analyze, buffers) ${query}`);
        console.log(`\n${plan.map((line) => line["QUERY PLAN"]).join("\n")}`);
        return target.execute(query);
      };
    },
  });
  for (const asked of [ask(service(700)), ask(organisation)]) await readFigures(as(explaining), asked);
}
