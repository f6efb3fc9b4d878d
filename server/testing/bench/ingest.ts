import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Portal, runMilepost, startPortal } from "../portal.ts";
import { makeApiClient } from "./api-client.ts";
import { makeDelivery, writeCatalogue } from "./ingest/make-load.ts";
import {
  type Cpu,
  countPending,
  type Database,
  findLost,
  openDatabase,
  readCpu,
  readOutcome,
} from "./ingest/read-outcome.ts";
import { makeSender, offer, redeliver, type Sender } from "./ingest/send-load.ts";
import { measureImport } from "./measure-import.ts";
import { findProcesses } from "./read-processes.ts";

/**
 * `npm run bench ingest -- --seconds 600`: offers signed webhooks to a portal of its own, sender and PostgreSQL on the same
 * machine, and holds the outcome against the goals. `--burst` offers 3,000 in ten seconds instead. `--kill web,worker,postgres`
 * ends these processes with SIGKILL, evenly spread; what was refused meanwhile is sent again, as GitHub is asked to.
 */
const { values: given } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "200" },
    warm: { type: "string", default: "30" },
    burst: { type: "boolean", default: false },
    kill: { type: "string", default: "" },
  },
});
const rate = given.burst ? 300 : Number(given.rate);
const seconds = given.burst ? 10 : Number(given.seconds);
const victims = given.kill
  .split(",")
  .filter((name) => name === "web" || name === "worker" || name === "postgres");
const secret = "a secret that only this run knows";
const goals = { ackP99Ms: given.burst ? 10_000 : 500, lagP99Ms: given.burst ? 60_000 : 5_000 };

const say = (text: string) => console.log(`  ${text}`);
const quantile = (values: readonly number[], share: number) => {
  const sorted = values.toSorted((left, right) => left - right);
  return Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 10) / 10;
};

const work = mkdtempSync(join(tmpdir(), "milepost-bench-ingest-"));
// PostgreSQL's user has to reach its folder, or it would lie elsewhere.
chmodSync(work, 0o711);
let portal: Portal | null = null;
let isGood = false;
try {
  portal = await startPortal({
    dataDir: join(work, "data"),
    environment: { MILEPOST_DEMO: "0", LOG_LEVEL: "warn", GITHUB_WEBHOOK_SECRET: secret },
  });
  const figures = await measure(portal);
  isGood = figures.problems.length === 0;
  mkdirSync(".cache", { recursive: true });
  writeFileSync(".cache/bench-ingest.json", `${JSON.stringify(figures, null, 2)}\n`);
  console.log(JSON.stringify(figures, null, 2));
} catch (error) {
  console.error(error);
  console.error(portal?.output());
} finally {
  await portal?.stop();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(isGood ? 0 : 1);

async function measure(on: Portal) {
  await importCatalogue(on);
  const sender = makeSender(on.address);
  const sql = openDatabase(on.dataDir);
  try {
    const warm = given.burst ? 5 : Number(given.warm);
    await offer(sender, { rate: Math.min(rate, 200), seconds: warm, make: deliveryOf("warm") });
    await drain(sql, 60_000);
    const warmed = sender.book.answers.length;
    await sql`delete from webhook_deliveries where hook_key = 'hook:4242'`;
    sender.book.accepted.clear();
    sender.book.lateness.length = 0;
    return await measureLoad(on, sql, sender, warmed);
  } finally {
    sender.close();
    await sql.end({ timeout: 2 });
  }
}

async function measureLoad(on: Portal, sql: Database, sender: Sender, warmed: number) {
  const make = deliveryOf("load");
  const before = await readCpu(sql, on.pid);
  const watch = watchBacklog(sql);
  const killed = killAll(on);
  const loadBefore = loadavg()[0];
  const total = await offer(sender, { rate, seconds, make });
  await killed;
  const first = sender.book.answers.slice(warmed);
  const again = await redeliver(sender, { total, make, patienceMs: 120_000 });
  const drainedMs = await drain(sql, 120_000);
  const backlog = await watch.stop();
  const after = victims.length === 0 ? await readCpu(sql, on.pid) : null;
  const outcome = await readOutcome(sql);
  const lost = await findLost(sql, sender.book.accepted);
  const answered = first.filter(({ status }) => status === 202).map(({ ms }) => ms);
  const ack = { p50: quantile(answered, 0.5), p99: quantile(answered, 0.99), max: quantile(answered, 1) };
  const statuses = Object.fromEntries(
    [...Map.groupBy(first, ({ status }) => String(status))].map(([status, all]) => [status, all.length]),
  );
  const figures = {
    at: new Date().toISOString(),
    machine: { cores: cpus().length, loadBefore, node: process.versions.node },
    offered: { rate, seconds, total, sentTwice: Math.floor((total + 12) / 20), killed: victims },
    acknowledgedMs: ack,
    senderLateP99Ms: quantile(sender.book.lateness, 0.99),
    statuses,
    sentAgain: again,
    lagMs: outcome.lagMs,
    backlogMost: backlog,
    drainedMs,
    states: outcome.states,
    lost: lost.length,
    cpuMsPerDelivery: after ? perDelivery(before, after, total) : null,
  };
  return { ...figures, problems: problemsOf(figures, outcome.stored) };
}

function problemsOf(
  figures: {
    acknowledgedMs: { p99: number };
    lagMs: { p99: number };
    lost: number;
    states: Record<string, number>;
    statuses: Record<string, number>;
    offered: { total: number };
  },
  stored: number,
): string[] {
  const problems: string[] = [];
  const { total } = figures.offered;
  if (figures.lost > 0) problems.push(`${figures.lost} webhooks were acknowledged and are gone`);
  if (stored !== total) problems.push(`${stored} are stored, ${total} were offered`);
  const open = total - (figures.states.done ?? 0) - (figures.states.ignored ?? 0);
  if (open !== 0) problems.push(`${open} were not worked in`);
  if (victims.length > 0) return problems;
  if (Object.keys(figures.statuses).some((status) => status !== "202"))
    problems.push(`Answers other than 202: ${JSON.stringify(figures.statuses)}`);
  if (figures.acknowledgedMs.p99 > goals.ackP99Ms)
    problems.push(`Acknowledged within ${figures.acknowledgedMs.p99} ms (p99), wanted are ${goals.ackP99Ms}`);
  if (figures.lagMs.p99 > goals.lagP99Ms)
    problems.push(`Worked in after ${Math.round(figures.lagMs.p99)} ms (p99), wanted are ${goals.lagP99Ms}`);
  return problems;
}

function deliveryOf(run: "warm" | "load") {
  return (number: number) => makeDelivery(secret, run, run === "warm" ? number + 10_000_000 : number);
}

function perDelivery(before: Cpu, after: Cpu, total: number): Record<string, number> {
  const each = (name: keyof Cpu) => Math.round(((after[name] - before[name]) / total) * 1000) / 1000;
  const names = ["web", "storing", "worker", "workingIn", "beside"] as const;
  const parts = Object.fromEntries(names.map((name) => [name, each(name)]));
  const all = names.reduce((sum, name) => sum + each(name), 0);
  return { ...parts, all: Math.round(all * 1000) / 1000 };
}

async function importCatalogue(on: Portal): Promise<void> {
  const args = [
    "token",
    "create",
    "--name",
    "Bench",
    "--role",
    "platform",
    "--scopes",
    "read,write",
    "--json",
  ];
  const { code, stdout, stderr } = await runMilepost(on.dataDir, args);
  if (code !== 0) throw new Error(`milepost token create ended with ${code}: ${stderr}`);
  const { token } = JSON.parse(stdout) as { token: string };
  const folder = join(work, "catalogue");
  writeCatalogue(folder);
  const { entries } = await measureImport(makeApiClient(on.address, token), folder, on.pid);
  say(`${entries} services in the catalogue`);
}

/** Waits until nothing is pending; answers how long that took, in ms. */
async function drain(sql: Database, patienceMs: number): Promise<number> {
  const began = performance.now();
  while ((await countPending(sql)) > 0) {
    if (performance.now() - began > patienceMs) throw new Error("The inbox was not worked in");
    await sleep(100);
  }
  return Math.round(performance.now() - began);
}

/** Looks every second how many wait; while the database is away nobody can tell. */
function watchBacklog(sql: Database): { stop: () => Promise<number> } {
  let most = 0;
  let isStopped = false;
  const watching = (async () => {
    while (!isStopped) {
      most = Math.max(most, await countPending(sql).catch(() => 0));
      await sleep(1_000);
    }
  })();
  return {
    stop: async () => {
      isStopped = true;
      await watching;
      return most;
    },
  };
}

/** The starter brings each of them back. */
async function killAll(on: Portal): Promise<void> {
  const pause = (seconds * 1000) / (victims.length + 1);
  for (const victim of victims) {
    await sleep(pause);
    const { web, worker, postgres } = findProcesses(on.pid);
    const pid = victim === "postgres" ? Math.min(...postgres) : victim === "web" ? web : worker;
    process.kill(pid, "SIGKILL");
    say(`${victim} was killed`);
  }
}
