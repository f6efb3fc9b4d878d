import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { sql } from "drizzle-orm";
import { parse } from "yaml";
import { openPool } from "#db/client.ts";
import { withDatabaseName } from "#db/connection.ts";
import { systemActor } from "#server/core/actor.ts";
import { createToken } from "#server/identity/create-token.ts";
import { repositoryPayload } from "#server/testing/github-payloads.ts";
import { call, signIn } from "../scale-out/person.ts";
import {
  findFreePort,
  type Installation,
  makeInstallation,
  type Program,
  statusOf,
  until,
} from "../scale-out/programs.ts";
import { sendWebhook } from "../send-webhook.ts";
import { hasPrometheus, type Prometheus, startPrometheus } from "./prometheus.ts";

/** The figures of a web and a worker of the production build, read by a real Prometheus. */
test.describe.configure({ mode: "serial", timeout: 300_000 });

const deploy = fileURLToPath(new URL("../../deploy/", import.meta.url));
const noPrometheus = "there is no Prometheus here: apt-get install prometheus";
let folder: string;
let installation: Installation;
let web: Program & { address: string };
let worker: Program;
let metricsPort: number;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  folder = mkdtempSync(join(tmpdir(), "milepost-monitoring-"));
  metricsPort = await findFreePort();
  installation = await makeInstallation({ MILEPOST_METRICS_ADDR: `127.0.0.1:${metricsPort}` });
  expect(await installation.start(["migrate"]).ended).toBe(0);
  web = await installation.startWeb();
  worker = installation.start(["serve", "worker"]);
  await until("ready", async () => (await statusOf(web.address, "/api/health/ready")) === 200, [web, worker]);
});

test.afterAll(async () => {
  await installation?.end();
  rmSync(folder, { recursive: true, force: true });
});

async function makeToken(name: string, scopes: readonly ("read" | "metrics")[]): Promise<string> {
  const ctx = { db: installation.pool.db, actor: systemActor("Test"), now: () => new Date() };
  return (await createToken(ctx, { name, role: "developer", scopes: [...scopes] })).token;
}

const read = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { headers });
  return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
};

test("on the portal's port only a token with the scope metrics reads the figures", async () => {
  const url = `${web.address}/metrics`;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  expect((await read(url)).status).toBe(401);
  expect((await read(url, { cookie: (await signIn(web.address, installation.pool)).cookie })).status).toBe(
    401,
  );
  expect((await read(url, bearer("mp_not_a_token_of_ours"))).status).toBe(401);
  expect((await read(url, bearer(await makeToken("Reader", ["read"])))).status).toBe(403);
  const token = await makeToken("Prometheus", ["metrics"]);
  const good = await read(url, bearer(token));
  expect([good.status, good.type]).toEqual([200, expect.stringContaining("text/plain")]);
  expect(good.text).toContain('milepost_info{program="web"');
  // And the scope opens nothing else.
  expect(await statusOf(web.address, "/api/catalog/entity-facets?facet=kind", bearer(token))).toBe(403);
});

test("the own listeners have a port each, and answer nothing but figures", async () => {
  for (const [port, program] of [
    [metricsPort, "web"],
    [metricsPort + 1, "worker"],
  ]) {
    const { status, text } = await read(`http://127.0.0.1:${port}/metrics`);
    expect(status).toBe(200);
    expect(text).toContain(`milepost_info{program="${program}"`);
    expect((await read(`http://127.0.0.1:${port}/api/health/ready`)).status).toBe(404);
  }
});

test("what was done is counted under names that are few", async () => {
  const person = await signIn(web.address, installation.pool);
  await call(web.address, person, "identity.me");
  for (const path of [
    "/sign-in",
    "/catalog/component/default/a",
    "/catalog/component/default/b",
    "/no/such/page",
  ])
    await statusOf(web.address, path, { cookie: person.cookie });
  for (let index = 0; index < 30; index += 1) await statusOf(web.address, `/api/none/${index}`);
  const portal = { address: web.address, webhookSecret: installation.webhookSecret };
  expect((await sendWebhook(portal, "ping", { repository: repositoryPayload("a/b") })).status).toBe(202);
  await until("worked in", async () =>
    (await read(`http://127.0.0.1:${metricsPort + 1}/metrics`)).text.includes(
      'milepost_job_duration_seconds_count{queue="github-interpret-inbox",outcome="done"}',
    ),
  );
  const { text } = await read(`http://127.0.0.1:${metricsPort}/metrics`);
  const routes = new Set(
    [...text.matchAll(/_duration_seconds_count\{[^}]*route="([^"]*)"/g)].map(([, route]) => route),
  );
  for (const route of [
    "/sign-in",
    "/catalog/[kind]/[namespace]/[name]",
    "/api/trpc/",
    "/api/webhooks/",
    "other",
  ])
    expect([...routes]).toContain(route);
  expect([...routes].filter((route) => /none|component/.test(route ?? ""))).toEqual([]);
  expect(text).toMatch(
    /milepost_procedure_duration_seconds_count\{procedure="identity.me",code="OK"\} [1-9]/,
  );
  expect(text).toMatch(/milepost_events_total\{type="session.started"\} [1-9]/);
  expect(text).toMatch(/milepost_sessions_live [1-9]/);
  // No value of a label is somebody's: no token, cookie or id.
  expect(text).not.toContain(person.cookie.split("=")[1]);
});

test("without the database the processes still tell about themselves", async () => {
  const server = openPool(withDatabaseName(installation.databaseUrl, "postgres"), {
    max: 1,
    name: "checker",
  });
  const name = new URL(installation.databaseUrl).pathname.slice(1);
  const figures = async () => (await read(`http://127.0.0.1:${metricsPort}/metrics`)).text;
  // As when the database is away: nobody comes in, and whoever is in is cut off.
  await server.db.execute(sql.raw(`alter database ${name} allow_connections false`));
  try {
    await server.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'milepost-w%'`,
    );
    await until("told", async () => {
      const text = await figures();
      return text.includes("milepost_figures_up 0") && !/^milepost_sessions_live \d/m.test(text);
    });
  } finally {
    await server.db.execute(sql.raw(`alter database ${name} allow_connections true`));
    await server.end();
  }
  await until("back", async () => (await figures()).includes("milepost_figures_up 1"));
});

type Rules = { groups: { rules: { alert: string; expr: string }[] }[] };
const alerts = parse(readFileSync(join(deploy, "prometheus/alerts.yaml"), "utf8")) as Rules;
const dashboard = JSON.parse(readFileSync(join(deploy, "grafana/milepost.json"), "utf8")) as {
  panels: { title: string; targets?: { expr: string }[] }[];
};
/** As Grafana fills them in. */
const filled = (expression: string) =>
  expression.replaceAll("$__rate_interval", "10s").replaceAll("$job", "milepost");
const expressions = [
  ...alerts.groups.flatMap((group) => group.rules.map((rule) => [`alert ${rule.alert}`, rule.expr] as const)),
  ...dashboard.panels.flatMap((panel) =>
    (panel.targets ?? []).map((it) => [`panel ${panel.title}`, filled(it.expr)] as const),
  ),
];

test.describe("a real Prometheus", () => {
  test.skip(!hasPrometheus(), noPrometheus);
  let prometheus: Prometheus;

  test.beforeAll(async () => {
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, await makeToken("Scraper", ["metrics"]), { mode: 0o600 });
    const target = (address: string) => [{ targets: [address] }];
    prometheus = await startPrometheus(join(folder, "prometheus"), [
      {
        job_name: "milepost",
        authorization: { credentials_file: tokenFile },
        static_configs: target(new URL(web.address).host),
      },
      { job_name: "milepost-worker", static_configs: target(`127.0.0.1:${metricsPort + 1}`) },
    ]);
  });
  test.afterAll(async () => prometheus?.end());

  test("scrapes the web with a token and the worker by its own listener", async () => {
    await until("both up", async () => (await prometheus.query("up == 1")).length === 2);
    for (const target of await prometheus.targets())
      expect(target).toMatchObject({ health: "up", lastError: "" });
    await until(
      "rates",
      async () => (await prometheus.query("rate(process_cpu_seconds_total[10s])")).length === 2,
    );
  });

  test("every alert and panel asks for series that are there", async () => {
    expect(expressions.length).toBeGreaterThan(40);
    // Absent until something has happened that this portal has not seen.
    const mayBeAbsent = /milepost_backup_last_|milepost_audit_chain_intact|milepost_outgoing_/;
    const names = await prometheus.seriesNames();
    for (const [where, expression] of expressions) {
      await prometheus.query(expression);
      const asked = expression.match(/\b(milepost|nodejs|process)_\w+|\bup\b/g) ?? [];
      expect(asked.length, `${where}: ${expression}`).toBeGreaterThan(0);
      for (const name of asked)
        if (!mayBeAbsent.test(name)) expect([...names], `${where} asks for ${name}`).toContain(name);
    }
  });

  test("panels show something", async () => {
    await call(web.address, await signIn(web.address, installation.pool), "identity.me");
    const empty: string[] = [];
    for (const panel of dashboard.panels)
      for (const { expr } of panel.targets ?? [])
        if ((await prometheus.query(filled(expr))).length === 0) empty.push(panel.title);
    // No backup, no check of the audit log, nothing asked of the outside and no job that waits, so far.
    const quiet = [
      "Last backup",
      "Audit log",
      "Requests to the outside",
      "Jobs that wait or run",
      "Jobs done and failed",
    ];
    expect(empty.filter((title) => !quiet.includes(title))).toEqual([]);
  });

  test("promtool accepts the rules, and their tests pass", () => {
    for (const args of [
      ["check", "rules", "alerts.yaml"],
      ["test", "rules", "alerts.test.yaml"],
      ["check", "config", "--syntax-only", "prometheus.yaml"],
    ]) {
      const done = spawnSync("promtool", args, { cwd: join(deploy, "prometheus"), encoding: "utf8" });
      expect(done.status, `${args.join(" ")}: ${done.stdout}${done.stderr}`).toBe(0);
    }
  });
});
