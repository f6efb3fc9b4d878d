import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { sql } from "drizzle-orm";
import {
  deploymentPayload,
  deploymentStatusPayload,
  randomSha,
  repositoryPayload,
} from "#server/testing/github-payloads.ts";
import { serviceYaml } from "../catalog-folder.ts";
import { sendWebhook } from "../send-webhook.ts";
import { call, signIn, signOut } from "./person.ts";
import { type Installation, makeInstallation, type Program, statusOf, until } from "./programs.ts";

/** Two web and two worker processes of the production build on one PostgreSQL: from outside they are one portal. */
test.describe.configure({ mode: "serial", timeout: 300_000 });

type Web = Program & { address: string };
let installation: Installation;
let webs: [Web, Web];
let workers: [Program, Program];
let folder: string;
let migrations: { code: number | string | null; applied: number }[];

const count = async (query: ReturnType<typeof sql>): Promise<number> => {
  const [row] = await installation.pool.db.execute<{ count: string }>(query);
  return Number(row?.count ?? -1);
};
const isReady = async (web: Web) => (await statusOf(web.address, "/api/health/ready")) === 200;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  folder = mkdtempSync(join(tmpdir(), "milepost-scale-out-"));
  installation = await makeInstallation();
  // All at once, as an orchestrator does it: whoever comes too early has to wait.
  const steps = [installation.start(["migrate", "--json"]), installation.start(["migrate", "--json"])];
  webs = [await installation.startWeb(), await installation.startWeb()];
  workers = [installation.start(["serve", "worker"]), installation.start(["serve", "worker"])];
  migrations = await Promise.all(
    steps.map(async (step) => {
      const code = await step.ended;
      const told = /"applied": (\d+)/.exec(step.output())?.[1];
      return { code, applied: Number(told ?? Number.NaN) };
    }),
  );
  for (const web of webs) await until("ready", () => isReady(web), [...webs, ...workers]);
});

test.afterAll(async () => {
  await installation?.end();
  rmSync(folder, { recursive: true, force: true });
});

test("of two migration steps at once each migration runs in one", async () => {
  expect(migrations.map(({ code }) => code)).toEqual([0, 0]);
  const applied = await count(sql`select count(*) from drizzle.__drizzle_migrations`);
  expect(applied).toBeGreaterThan(0);
  expect(migrations.map((step) => step.applied).toSorted()).toEqual([0, applied]);
});

test("each process has its own row, and the release before finds its one worker", async () => {
  await until("two of each", async () => {
    const rows = await installation.pool.db.execute<{ kind: string; count: string }>(
      sql`select kind, count(*) from processes where name <> 'worker' group by kind order by kind`,
    );
    return rows.map((row) => `${row.kind} ${row.count}`).join() === "web 2,worker 2";
  });
  expect(
    await count(
      sql`select count(*) from processes where name = 'worker' and seen_at > now() - interval '30 s'`,
    ),
  ).toBe(1);
});

test("a session that began at one holds at the other, and ends everywhere", async () => {
  const [a, b] = webs;
  const person = await signIn(a.address, installation.pool);
  expect((await call(b.address, person, "identity.me")).status).toBe(200);
  expect(await signOut(b.address, person)).toBe(200);
  expect((await call(a.address, person, "identity.me")).status).toBe(401);
});

test("tries are counted together", async () => {
  const ask = (address: string) =>
    statusOf(address, "/api/catalog/entity-facets?facet=kind", {
      authorization: "Bearer mp_not_a_token_of_ours",
    });
  const statuses: number[] = [];
  // The limit is 100 a minute: neither process alone sees so many.
  for (let round = 0; round < 75; round += 1)
    statuses.push(...(await Promise.all(webs.map((web) => ask(web.address)))));
  expect(statuses.slice(0, 90).every((status) => status === 401)).toBe(true);
  expect(statuses.slice(-20)).toEqual(Array.from({ length: 20 }, () => 429));
});

test("what one imports the other counts at once, and an import that is ordered twice runs once", async () => {
  const [a, b] = webs;
  const person = await signIn(a.address, installation.pool);
  const source = join(folder, "catalogue");
  mkdirSync(source);
  for (const name of ["cart", "search"]) writeFileSync(join(source, `${name}.yaml`), serviceYaml(name));
  // Remembered by both processes before the import.
  for (const web of webs) expect((await call(web.address, person, "catalog.list", {})).status).toBe(200);
  const { status, data } = await call(a.address, person, "catalog.register", { target: source }, "mutation");
  expect(status).toBe(200);
  const state = async () => (await call(b.address, person, "catalog.location", { id: data.id })).data.state;
  await until("imported", async () => (await state()) === "imported", workers);
  for (const web of webs)
    expect((await call(web.address, person, "catalog.count", {})).data, web.address).toMatchObject({
      total: 2,
    });

  const again = await Promise.all(
    [...webs, ...webs].map((web) =>
      call(web.address, person, "catalog.reimport", { id: data.id }, "mutation"),
    ),
  );
  expect(again.some((answer) => answer.status === 200)).toBe(true);
  await until("imported again", async () => (await state()) === "imported", workers);
  const runs = await count(sql`select run as count from locations where id = ${data.id}::uuid`);
  expect(runs).toBe(2);
});

test("a webhook is worked in once, whoever received it", async () => {
  const [a, b] = webs;
  const person = await signIn(b.address, installation.pool);
  const repository = repositoryPayload("journeys/cart");
  const guids = await sendDeployments(repository, 40);
  const again = await sendWebhook(
    { address: b.address, webhookSecret: installation.webhookSecret },
    "deployment",
    guids[0]!.payload,
    { guid: guids[0]!.guid },
  );
  expect(JSON.parse(again.text).status).toBe("duplicate");
  await until("worked in", async () => (await pending()) === 0, workers);
  for (const web of [a, b]) {
    const { data } = await call(web.address, person, "delivery.deployments", {
      entityRef: "component:default/cart",
    });
    expect(new Set(data.items.map((item: { sha: string }) => item.sha)).size).toBe(data.items.length);
  }
  expect(await deploymentsOf(repository.full_name)).toBe(40);
  expect(
    await count(sql`select count(*) from webhook_deliveries where state = 'done' and attempts = 1`),
  ).toBe(80);
});

test("a worker that is killed in the middle loses nothing, and the portal stays ready", async () => {
  const [first, second] = workers;
  const repository = repositoryPayload("journeys/search");
  const db = installation.pool.db;
  // The second one looks away, so that the first has to take the work; a lock holds that up half-way.
  second.child.kill("SIGSTOP");
  const held = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const holding = db.transaction(async (tx) => {
    await tx.execute(sql`lock table deployments in share row exclusive mode`);
    isHeld.resolve();
    await held.promise;
  });
  await isHeld.promise;
  await sendDeployments(repository, 30);
  await until(
    "claimed",
    async () =>
      (await count(
        sql`select count(*) from pg_stat_activity where application_name = 'milepost-worker' and wait_event_type = 'Lock'`,
      )) > 0,
  );
  first.child.kill("SIGKILL");
  expect(await first.ended).toBe("SIGKILL");
  second.child.kill("SIGCONT");
  held.resolve();
  await holding;
  for (const web of webs) expect(await isReady(web)).toBe(true);
  // As if the dead worker's lease of two minutes were over.
  await sleep(1_000);
  await db.execute(sql`update webhook_deliveries set next_try_at = now() where state = 'pending'`);
  await until("taken over", async () => (await pending()) === 0, [second]);
  for (const web of webs) expect(await isReady(web)).toBe(true);
  expect(await deploymentsOf(repository.full_name)).toBe(30);
  expect(await count(sql`select count(*) from webhook_deliveries where state <> 'done'`)).toBe(0);
});

test("a schedule fires once for all", async () => {
  // pg-boss orders each due run through a queue of its own.
  const orders = sql`from jobs.job where name = '__pgboss__send-it'`;
  await until("scheduled", async () => (await count(sql`select count(*) ${orders}`)) > 0, workers);
  const twice = await count(
    sql`select count(*) from (select 1 ${orders} group by data->>'name', date_trunc('minute', created_on) having count(*) > 1) as doubled`,
  );
  expect(twice).toBe(0);
});

test("each ends in order when it is asked to, and takes its row with it", async () => {
  const [a, b] = webs;
  for (const program of [...webs, workers[1]]) program.child.kill("SIGTERM");
  expect(await Promise.all([a.ended, b.ended, workers[1].ended])).toEqual([0, 0, 0]);
  // The row of the worker that was killed is left.
  expect(await count(sql`select count(*) from processes where name <> 'worker'`)).toBe(1);
});

const pending = () => count(sql`select count(*) from webhook_deliveries where state = 'pending'`);
const deploymentsOf = (fullName: string) =>
  count(sql`select count(*) from deployments d join repositories r on r.id = d.repository_id
    where r.full_name = ${fullName}`);

/** Deployments with their success, to one web process and the other in turn. */
async function sendDeployments(repository: ReturnType<typeof repositoryPayload>, howMany: number) {
  const sent: { guid: string; payload: object }[] = [];
  for (let index = 0; index < howMany; index += 1) {
    const web = webs[index % 2]!;
    const portal = { address: web.address, webhookSecret: installation.webhookSecret };
    const at = new Date(Date.now() - 60_000);
    const payload = deploymentPayload({ repository, sha: randomSha(), environment: "production", at });
    const guid = randomUUID();
    const answers = [
      await sendWebhook(portal, "deployment", payload, { guid }),
      await sendWebhook(portal, "deployment_status", deploymentStatusPayload(payload, "success", new Date())),
    ];
    for (const answer of answers) expect([answer.status, answer.text]).toEqual([202, expect.any(String)]);
    sent.push({ guid, payload });
  }
  return sent;
}
