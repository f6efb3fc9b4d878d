import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findChromium } from "#server/start/find-chromium.mjs";
import { type Portal, runMilepost, startPortal } from "../portal.ts";
import { makeApiClient } from "./api-client.ts";
import type { RequestName } from "./backstage.ts";
import { chooseRequests, requestWords } from "./bench-requests.ts";
import { generateOrganisation } from "./generate-organisation.ts";
import { measureImport } from "./measure-import.ts";
import { measurePage } from "./measure-page.ts";
import { measureRequests, type RequestFigures } from "./measure-requests.ts";
import { cpuOf, findProcesses, memoryOf } from "./read-processes.ts";
import { type Figures, printReport } from "./report.ts";

const isQuick = process.argv.includes("--quick");
const size = 10_000;
const settings = isQuick
  ? { starts: 1, warmSeconds: 1, seconds: 3, restSeconds: 5, runs: 2 }
  : { starts: 3, warmSeconds: 5, seconds: 15, restSeconds: 60, runs: 5 };

const say = (text: string) => console.log(`  ${text}`);
const work = mkdtempSync(join(tmpdir(), "milepost-bench-"));
const dataDir = join(work, "data");
const given = process.env.MILEPOST_BENCH_CATALOG;

const running: { portal: Portal | null } = { portal: null };
try {
  const figures = await measureAll();
  printReport(figures);
  mkdirSync(".cache", { recursive: true });
  writeFileSync(
    ".cache/bench.json",
    `${JSON.stringify({ at: new Date().toISOString(), ...figures }, null, 2)}\n`,
  );
  console.log("\nAll figures: .cache/bench.json");
} finally {
  await running.portal?.stop();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(0);

async function measureAll(): Promise<Figures> {
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const organisation = given ?? join(work, "organisation");
  if (!given) generateOrganisation(organisation, size);
  say(`organisation: ${given ? "that of MILEPOST_BENCH_CATALOG" : "generated"}`);

  await start("first start, with builds where needed");
  const token = await makeToken();
  const { address, pid } = current();
  const imported = await measureImport(makeApiClient(address, token), organisation, pid);
  say(`import: ${imported.entries} entries queryable after ${(imported.queryableMs / 1000).toFixed(1)} s`);

  const startMs = await measureStarts();
  say(`at rest for ${settings.restSeconds} s`);
  await sleep(settings.restSeconds * 1000);
  const idleCpuPercent = await measureIdle();
  const memoryAtRest = readMemory();
  const requests = await measureAllRequests(token);
  const memoryAfterLoad = readMemory();
  say("the catalogue page");
  const page = await measureCatalogPage();
  const machine = {
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.versions.node,
    loadBefore,
  };
  const words = `${imported.entries} entries, ${imported.relations} relations, ${given ? "MILEPOST_BENCH_CATALOG" : "our generator"}`;
  return {
    machine,
    organisation: words,
    startMs,
    import: imported,
    memoryAtRest,
    memoryAfterLoad,
    idleCpuPercent,
    requests,
    page,
  };
}

function current(): Portal {
  if (!running.portal) throw new Error("No portal is running");
  return running.portal;
}

async function start(words: string): Promise<number> {
  const environment = { MILEPOST_DEMO: "0", LOG_LEVEL: "warn" };
  const portal = await startPortal({ dataDir, environment, viaNpm: true });
  running.portal = portal;
  say(`${words}: ready after ${(portal.readyAfterMs / 1000).toFixed(1)} s`);
  return portal.readyAfterMs;
}

async function measureStarts(): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < settings.starts; count += 1) {
    await current().stop();
    times.push(await start("start on existing data"));
  }
  return times.sort((left, right) => left - right)[Math.floor((times.length - 1) / 2)] ?? Number.NaN;
}

async function makeToken(): Promise<string> {
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
  const { code, stdout, stderr } = await runMilepost(dataDir, args);
  if (code !== 0) throw new Error(`milepost token create ended with ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { token: string }).token;
}

function readMemory(): Figures["memoryAtRest"] {
  const { web, worker } = findProcesses(current().pid);
  return { web: memoryOf(web), worker: memoryOf(worker) };
}

async function measureIdle(): Promise<Figures["idleCpuPercent"]> {
  const seconds = isQuick ? 3 : 20;
  const read = () => {
    const { web, worker, postgres } = findProcesses(current().pid);
    return { web: cpuOf([web]), worker: cpuOf([worker]), postgres: cpuOf(postgres) };
  };
  const before = read();
  await sleep(seconds * 1000);
  const after = read();
  const percent = (name: keyof typeof before) =>
    Math.max(0, Math.round((after[name] - before[name]) / seconds) / 10);
  return { web: percent("web"), worker: percent("worker"), postgres: percent("postgres") };
}

async function measureAllRequests(token: string): Promise<Figures["requests"]> {
  const { address, pid: starter } = current();
  const paths = await chooseRequests(makeApiClient(address, token));
  const measured: Partial<Record<RequestName, { ten: RequestFigures; one: RequestFigures }>> = {};
  for (const name of Object.keys(paths) as RequestName[]) {
    const target = { address, token, starter, paths: paths[name] };
    const ten = await measureRequests(target, { connections: 10, ...settings });
    const one = await measureRequests(target, { connections: 1, ...settings });
    measured[name] = { ten, one };
    say(`${requestWords[name]}: p95 ${ten.p95} ms with 10 connections, ${one.p95} ms with 1`);
  }
  return measured as Figures["requests"];
}

async function measureCatalogPage(): Promise<Figures["page"]> {
  return measurePage(
    {
      address: current().address,
      path: "/catalog",
      signIn: async (page) => {
        await page.getByRole("button", { name: /admin/i }).first().click();
        await page.getByRole("navigation", { name: "Places" }).waitFor();
      },
      untilVisible: (page) => page.getByRole("table").getByRole("link").first().waitFor({ state: "visible" }),
    },
    settings.runs,
    await findChromium(),
  );
}
