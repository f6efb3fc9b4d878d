import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { sql } from "drizzle-orm";
import { expect, onTestFinished } from "vitest";
import { importHistory } from "#server/delivery/import-history.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { readDeployments } from "#server/delivery/reads/deployments.ts";
import { as, test } from "#server/testing/database.ts";
import { componentFile, jobTools } from "#server/testing/discovery.ts";
import { jobOutside, loopbackRanges } from "#server/testing/fake-github/connect.ts";
import { type FakeGithub, serveFakeGithub } from "#server/testing/fake-github/fake-github.ts";
import { giveToken } from "#server/testing/fake-github/world.ts";
import { tryCommand, tryNow } from "./try.ts";

const day = 86_400_000;
const daysAgo = (n: number) => new Date(Date.now() - n * day);
const network = (fake: FakeGithub) => ({ webUrl: fake.webUrl, ca: null, privateRanges: loopbackRanges });

async function organisation(name: string): Promise<FakeGithub> {
  const fake = await serveFakeGithub();
  fake.state.owner(name, "Organization", ["ana"]);
  fake.state.team(name, `${name}-pay`, { members: ["ana"] });
  for (let n = 0; n < 3; n += 1) {
    fake.state.repository(`${name}/s${n}`, {
      files: { "catalog-info.yaml": componentFile(`${name}-s${n}`, `${name}-pay`) },
    });
    for (let k = 0; k < 4; k += 1)
      fake.state.deployment(`${name}/s${n}`, {
        environment: "production",
        at: daysAgo(k * 20 + n),
        states: k === 1 ? ["in_progress", "failure"] : ["in_progress", "success", "inactive"],
      });
    fake.state.deployment(`${name}/s${n}`, { environment: "production", at: daysAgo(100) });
  }
  fake.state.repository(`${name}/without`, { files: { Dockerfile: "" } });
  return fake;
}

test("an organisation's services, owners and deployments are there after one command", async ({ db }) => {
  const fake = await organisation("one");
  const lines: string[] = [];
  const wanted = { organization: "one", token: giveToken(fake), network: network(fake) };
  const tried = await tryNow(as(db), jobOutside(), wanted, (line) => lines.push(line));
  expect(tried).toMatchObject({
    organization: "one",
    repositories: 4,
    withFile: 3,
    proposals: 1,
    services: 3,
    owned: 3,
    teams: 1,
    people: 1,
    deployments: 12,
    repositoriesWaiting: 0,
    notes: [],
  });
  await projectDue(as(db), () => false);
  const { items } = await readDeployments(as(db), { entityRef: "component:default/one-s0", limit: 10 });
  expect(items.map(({ outcome, tier }) => [outcome, tier])).toEqual([
    ["success", "production"],
    ["failure", "production"],
    ["success", "production"],
    ["success", "production"],
  ]);
  expect(items[0]?.kind).not.toBeNull();

  // Once more: the same connection, and only what is missing is asked for.
  const asked = fake.asked.length;
  const again = await tryNow(as(db), jobOutside(), wanted, () => {});
  expect(again).toMatchObject({ connectionId: tried.connectionId, deployments: 0, services: 3 });
  expect(fake.asked.slice(asked).filter(({ path }) => /\/statuses/.test(path))).toEqual([]);
});

test("a used-up rate limit leaves no service without its newest deployment; the rest follows", async ({
  db,
}) => {
  const fake = await organisation("two");
  const wanted = { organization: "two", token: giveToken(fake), network: network(fake) };
  const { connectionId } = await tryNow(as(db), jobOutside(), wanted, () => {});
  await db.execute(sql`delete from deployments`);
  await db.execute(sql`delete from history_repositories`);
  await db.execute(sql`delete from jobs.job where name = 'delivery-import-history'`);
  fake.rate.remaining = 510;
  const first = await importHistory(jobTools(db), { connectionId });
  expect(first.waiting).toBeGreaterThan(0);
  expect(first.trouble).toMatch(/rate limit/);
  const [row] = await db.execute<{ services: number }>(sql`
    select count(distinct repository_id)::int as services from deployments where created_at > now() - interval '10 days'`);
  expect(row?.services).toBe(3);
  const jobs = await db.execute(sql`
    select 1 from jobs.job where name = 'delivery-import-history' and start_after > now() + interval '10 minutes'`);
  expect(jobs).toHaveLength(1);

  fake.rate.remaining = 5_000;
  await db.execute(sql`delete from connection_budgets`);
  const second = await importHistory(jobTools(db), { connectionId });
  expect([first.deployments + second.deployments, second.waiting]).toEqual([12, 0]);
});

test("an organisation that is not there, or a wrong token, is told", async ({ db }) => {
  const fake = await organisation("three");
  const wanted = { organization: "nobody", token: giveToken(fake), network: network(fake) };
  await expect(tryNow(as(db), jobOutside(), wanted, () => {})).rejects.toThrow(/no such organisation/);
  const wrong = { ...wanted, organization: "three", token: "ghp_wrong" };
  await expect(tryNow(as(db), jobOutside(), wrong, () => {})).rejects.toThrow();
});

/** The whole command in this process, on that database and a data folder of the tests. */
async function runTry(databaseUrl: string, fake: FakeGithub, environment: object, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "milepost-try-"));
  const before = { ...process.env };
  onTestFinished(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });
  process.env = {
    ...before,
    DATABASE_URL: databaseUrl,
    MILEPOST_DATA_DIR: join(folder, "data"),
    MILEPOST_SECRET_KEY: "test:a key for tests that nobody keeps anything behind",
    MILEPOST_MODE: "evaluation",
    MILEPOST_TRY_TOKEN: giveToken(fake),
    ...environment,
  };
  const said = { lines: [] as string[], document: null as unknown, progress: [] as string[] };
  const program = new Command("milepost").exitOverride();
  tryCommand(program, {
    document: (value) => {
      said.document = value;
    },
    line: (text) => said.lines.push(text),
    progress: (text) => said.progress.push(text),
  });
  const host = ["--url", fake.webUrl, "--private-range", ...loopbackRanges];
  const failure = await program.parseAsync(["try", ...host, ...args], { from: "user" }).then(
    () => null,
    (error: Error) => error,
  );
  return { ...said, failure };
}

test("the command reads without the demo organisation and says what it found, in words or as JSON", async ({
  db,
  databaseUrl,
}) => {
  // Every fake host counts its deployments from the same number.
  await db.execute(sql`delete from deployments`);
  const fake = await organisation("four");
  const { failure, lines, progress } = await runTry(databaseUrl, fake, {}, "--no-start", "--", "four");
  expect(failure).toBeNull();
  expect(lines).toEqual([
    expect.stringMatching(
      /^4 repositories looked at in [\d.]+ s: 3 with a catalog file, 1 found without one/,
    ),
    expect.stringMatching(/^3 services and other components, 3 of them with an owner who is known; 1 teams/),
    expect.stringMatching(/^12 deployments of the last 90 days$/),
  ]);
  expect(progress.at(-1)).toBe("Start the portal with: npm start");
  const [portal] = await db.execute(sql`select mode, demo_state as demo from installation`);
  expect(portal).toMatchObject({ mode: "evaluation", demo: expect.stringMatching(/^(none|removed)$/) });
  const again = await runTry(databaseUrl, fake, {}, "--json", "--", "four");
  expect(again).toMatchObject({ failure: null, lines: [], document: { organization: "four", services: 3 } });
});

test("it goes on as the portal, and ends as that ends", async ({ databaseUrl }) => {
  const fake = await organisation("five");
  const root = mkdtempSync(join(tmpdir(), "milepost-root-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "server/start"), { recursive: true });
  const starter = join(root, "server/start/main.mjs");
  const note = join(root, "started");
  writeFileSync(
    starter,
    `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(note)}, "yes");`,
  );
  const started = await runTry(databaseUrl, fake, { MILEPOST_ROOT: root }, "--", "five");
  expect([started.failure, existsSync(note)]).toEqual([null, true]);
  writeFileSync(starter, "process.exit(3)");
  expect((await runTry(databaseUrl, fake, { MILEPOST_ROOT: root }, "--", "five")).failure?.name).toBe(
    "CommandFailed",
  );
});

test("a token in an argument is refused, and its text is not repeated", async () => {
  const folder = mkdtempSync(join(tmpdir(), "milepost-try-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "empty"), "\n");
  const run = (...args: string[]) => {
    const program = new Command("milepost").exitOverride();
    tryCommand(program, { document: () => {}, line: () => {}, progress: () => {} });
    return program.parseAsync(["try", "acme", "--no-start", ...args], { from: "user" });
  };
  const failure = await run("--token", "ghp_secretvalue").catch((error: Error) => error.message);
  expect(failure).toMatch(/can be seen by others/);
  expect(failure).not.toContain("ghp_secretvalue");
  await expect(run("--token-file", join(folder, "empty"))).rejects.toThrow(/token is needed/);
});
