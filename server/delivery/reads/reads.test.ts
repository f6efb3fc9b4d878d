import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { importLocation } from "#server/catalog/import-location.ts";
import { ensureLocation } from "#server/catalog/register-location.ts";
import { makeOutside } from "#server/core/outside.ts";
import { noteGap } from "#server/delivery/comparison/note-gap.ts";
import { ListDeployments } from "#server/delivery/inputs.ts";
import { followCatalog } from "#server/delivery/projection/follow-catalog.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { reportDeployment } from "#server/delivery/sources/report-deployment.ts";
import { saveSource } from "#server/delivery/sources/save-source.ts";
import { receiveDeliveries } from "#server/github/receive-delivery.ts";
import { issuePayload, pullRequestPayload, runPayload } from "#server/testing/change-payloads.ts";
import { as, test } from "#server/testing/database.ts";
import { type RepositoryPayload, repositoryPayload } from "#server/testing/github-payloads.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { makeWebhookSecret, signedWebhook, workInbox } from "#server/testing/signed-webhooks.ts";
import { readDeployments, readLastDeployments } from "./deployments.ts";
import { readIncidents, readOpenIncidents } from "./incidents.ts";
import { readCiRuns } from "./runs.ts";
import { readServiceDelivery } from "./service.ts";
import { readUnmatchedDeployments } from "./unmatched.ts";
import { readWeeklyDeployments } from "./weekly.ts";

const now = new Date("2026-11-19T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const sha = (digit: string) => digit.repeat(40);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Imports Components as they stand in catalogue files; the same folder again changes them. */
async function importComponents(db: Db, components: readonly string[], folder?: string): Promise<string> {
  const target = folder ?? mkdtempSync(join(tmpdir(), "milepost-delivery-"));
  if (!folder) folders.push(target);
  writeFileSync(join(target, "catalog-info.yaml"), components.join("\n---\n"));
  const location = await ensureLocation(as(db), { type: "folder", target, isDemo: false });
  await importLocation({ ctx: as(db), outside: makeOutside({ hosts: [] }) }, { locationId: location.id });
  await followCatalog(as(db));
  await workOut(db);
  return target;
}

const workOut = (db: Db) => projectDue(as(db, undefined, now), () => false);

const component = (
  name: string,
  slug: string | null,
  annotations: Record<string, string> = {},
  type = "service",
) => `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
  annotations: ${JSON.stringify({ ...(slug ? { "github.com/project-slug": slug } : {}), ...annotations })}
spec: { type: ${type}, lifecycle: production, owner: team-${name} }`;

type Sent = readonly [event: string, payload: object];

async function sendAll(db: Db, sent: readonly Sent[]): Promise<void> {
  const ctx = as(db, undefined, now);
  const secret = await makeWebhookSecret(ctx);
  const receivedAt = new Date(minutesAgo(1_000));
  const webhooks = sent.map(([event, payload]) => signedWebhook(secret, event, payload, { receivedAt }));
  await receiveDeliveries(ctx, [secret], webhooks);
  await workInbox(ctx);
  await workOut(db);
}

let serial = 1_000;

/** A deployment that ended well so many minutes ago; `changed` may say otherwise. */
function deployed(repository: RepositoryPayload, commit: string, ago: number, changed: object = {}): Sent[] {
  serial += 1;
  const deployment = {
    id: serial,
    sha: sha(commit),
    ref: "main",
    task: "deploy",
    environment: "production",
    created_at: minutesAgo(ago + 5),
    updated_at: minutesAgo(ago + 5),
    ...changed,
  };
  const status = { state: "success", created_at: minutesAgo(ago) };
  return [["deployment_status", { repository, deployment, deployment_status: status }]];
}

const pushed = (repository: RepositoryPayload, before: string, commits: readonly string[]): Sent => [
  "push",
  {
    ref: "refs/heads/main",
    before: sha(before),
    after: sha(commits.at(-1)!),
    commits: commits.map((one) => ({ id: sha(one), message: `Commit ${one}`, timestamp: minutesAgo(500) })),
    repository: { ...repository, pushed_at: minutesAgo(500) },
  },
];

const mine = (db: Db) => as(db, person("developer"), now);
const list = (db: Db, name: string, more: object = {}) =>
  readDeployments(mine(db), ListDeployments.parse({ entityRef: `component:default/${name}`, ...more }));
const service = (db: Db, name: string) =>
  readServiceDelivery(mine(db), { entityRef: `component:default/${name}` });

test("tells new versions, the same again, going back and what broke from each other", async ({ db }) => {
  const name = `kinds-${randomUUID().slice(0, 8)}`;
  const repository = repositoryPayload(`acme/${name}`);
  await importComponents(db, [component(name, `Acme/${name.toUpperCase()}`)]);
  const broken = {
    id: 77,
    sha: sha("b"),
    ref: "main",
    task: "deploy",
    environment: "production",
    created_at: minutesAgo(105),
    updated_at: minutesAgo(105),
  };
  const status = (state: string, ago: number): Sent => [
    "deployment_status",
    { repository, deployment: broken, deployment_status: { state, created_at: minutesAgo(ago) } },
  ];
  await sendAll(db, [
    pushed(repository, "0", ["a"]),
    pushed(repository, "a", ["b"]),
    ...deployed(repository, "a", 200),
    ...deployed(repository, "a", 150),
    status("success", 100),
    status("failure", 80),
    ...deployed(repository, "a", 60),
    ...deployed(repository, "c", 30, { environment: "staging" }),
    [
      "deployment",
      {
        repository,
        deployment: {
          ...broken,
          id: 78,
          sha: sha("c"),
          created_at: minutesAgo(2),
          updated_at: minutesAgo(2),
        },
      },
    ],
  ]);
  const { items } = await list(db, name);
  expect(
    items.map(({ sha: commit, kind, outcome, environment }) => [commit?.[0], kind, outcome, environment]),
  ).toEqual([
    ["c", null, "pending", "production"],
    ["c", "baseline", "success", "staging"],
    ["a", "rollback", "success", "production"],
    ["b", "forward", "success", "production"],
    ["a", "redeploy", "success", "production"],
    ["a", "baseline", "success", "production"],
  ]);
  expect(items[3]?.brokeAt).toEqual(new Date(minutesAgo(80)));
  expect((await list(db, name, { tier: "staging" })).items).toHaveLength(1);
  expect((await list(db, name, { outcome: "pending" })).items).toHaveLength(1);
  const pages = await list(db, name, { limit: 4 });
  const rest = await list(db, name, { limit: 4, cursor: pages.nextCursor });
  expect([...pages.items, ...rest.items]).toEqual(items);
  const card = await service(db, name);
  expect(card).toMatchObject({ state: "connected", reason: null, repository: { name: `acme/${name}` } });
  expect(
    card.environments.map(({ environment, current, latest }) => [
      environment,
      current?.sha?.[0],
      latest.sha?.[0],
    ]),
  ).toEqual([
    ["production", "a", "c"],
    ["staging", "c", "c"],
  ]);
});

test("follow the source that the service has chosen, each with where to look, and say what does not count", async ({
  db,
}) => {
  const name = `sources-${randomUUID().slice(0, 8)}`;
  const repository = repositoryPayload(`acme/${name}`);
  const entityRef = `component:default/${name}`;
  await importComponents(db, [component(name, `acme/${name}`)]);
  const merged = pullRequestPayload(repository, {
    number: 12,
    title: "Three commits",
    updated_at: minutesAgo(400),
    state: "closed",
    merged_at: minutesAgo(400),
    merge_commit_sha: sha("4"),
  });
  const run = {
    id: 31,
    path: ".github/workflows/deploy.yml",
    status: "completed",
    conclusion: "success",
    updated_at: minutesAgo(90),
  };
  await sendAll(db, [
    pushed(repository, "0", ["1", "4"]),
    ["pull_request", merged],
    ["workflow_run", runPayload(repository, run)],
    ...deployed(repository, "1", 300),
  ]);
  const admin = as(db, person("admin"), now);
  await reportDeployment(admin, {
    entityRef,
    key: "pipeline 7",
    status: "succeeded",
    environment: "production",
    sha: sha("4"),
    version: "7.1",
    url: "https://ci.example.com/7",
    at: new Date(minutesAgo(80)),
  });
  const shown = async () =>
    (await list(db, name)).items.map(({ source, url, version }) => [source, url, version]);
  const choose = async (source: "merge" | "workflow" | "reported", settings: Record<string, string> = {}) => {
    const [row] = await db.execute<{ version: number }>(
      sql`select rules_version as version from delivery_services where entity_ref = ${entityRef}`,
    );
    const rulesVersion = row?.version ?? 1;
    await saveSource(admin, { entityRef, source, settings, pathGlobs: [], rulesVersion, reason: "A test" });
    await workOut(db);
  };
  const web = `https://github.com/acme/${name}`;
  expect(await shown()).toEqual([["deployment", `${web}/commit/${sha("1")}`, "main"]]);
  expect((await service(db, name)).notCounted).toEqual([{ source: "reported", deployments: 1 }]);
  await choose("merge");
  expect(await shown()).toEqual([["merge", `${web}/pull/12`, "main"]]);
  await choose("workflow", { workflow: run.path });
  expect(await shown()).toEqual([["workflow", `${web}/actions/runs/31`, "main"]]);
  await choose("reported");
  expect(await shown()).toEqual([["reported", "https://ci.example.com/7", "7.1"]]);
  const card = await service(db, name);
  expect(card).toMatchObject({ state: "connected", source: "reported" });
  expect(card.notCounted).toEqual([{ source: "deployment", deployments: 1 }]);
  expect(card.environments.map(({ environment, current }) => [environment, current?.sha])).toEqual([
    ["production", sha("4")],
  ]);
  const [last] = await readLastDeployments(mine(db), { refs: [entityRef] });
  expect(last?.deployment).toMatchObject({ source: "reported", title: "Commit 4", version: "7.1" });
  const { weeks } = await readWeeklyDeployments(mine(db), { entityRef, tier: "production" });
  expect(weeks.at(-1)).toMatchObject({ succeeded: 1, isPartial: true });
});

test("in a shared repository each service has its own, by task or environment, and the rest goes to the one left over", async ({
  db,
}) => {
  const base = `mono-${randomUUID().slice(0, 8)}`;
  const slug = `acme/${base}`;
  const repository = repositoryPayload(slug);
  const [cart, wish, rest, kit] = ["cart", "wish", "rest", "kit"].map((part) => `${base}-${part}`) as [
    string,
    string,
    string,
    string,
  ];
  await importComponents(db, [
    component(cart, slug, {
      "milepost.dev/deployment-task": "Deploy:Cart",
      "milepost.dev/workflow": "*/cart.yml",
    }),
    component(wish, slug, { "milepost.dev/deployment-environment": "wish_*-production" }),
    component(rest, slug),
    component(kit, slug, {}, "library"),
  ]);
  await sendAll(db, [
    ...deployed(repository, "1", 50, { task: "deploy:cart" }),
    ...deployed(repository, "2", 40, { environment: "wish_eu-production", production_environment: true }),
    ...deployed(repository, "3", 30),
    ...deployed(repository, "4", 20, { environment: "wishXeu-production" }),
    [
      "workflow_run",
      runPayload(repository, { id: 1, updated_at: minutesAgo(9), path: ".github/workflows/cart.yml" }),
    ],
    [
      "workflow_run",
      runPayload(repository, { id: 2, updated_at: minutesAgo(8), path: ".github/workflows/ci.yml" }),
    ],
    [
      "issues",
      issuePayload(repository, {
        action: "opened",
        number: 5,
        labels: ["incident", `service:${cart}`],
        updated_at: minutesAgo(7),
      }),
    ],
  ]);
  const shas = async (name: string) => (await list(db, name)).items.map(({ sha: commit }) => commit?.[0]);
  expect([await shas(cart), await shas(wish), await shas(rest)]).toEqual([["1"], ["2"], ["4", "3"]]);
  const refs = [cart, wish, rest].map((name) => `component:default/${name}`);
  const last = await readLastDeployments(mine(db), {
    refs: [...refs, "component:default/nothing", "no ref"],
  });
  expect(Object.fromEntries(last.map(({ ref, deployment }) => [ref, deployment.sha?.[0]]))).toEqual({
    [refs[0]!]: "1",
    [refs[1]!]: "2",
    [refs[2]!]: "3",
  });
  expect((await readOpenIncidents(mine(db), { refs })).map(({ ref }) => ref)).toEqual([refs[0]]);
  const runs = async (name: string) =>
    (await readCiRuns(mine(db), { entityRef: `component:default/${name}`, limit: 10 })).items.map(
      ({ path }) => path,
    );
  expect(await runs(cart)).toEqual([".github/workflows/cart.yml"]);
  expect(await runs(wish)).toHaveLength(2);
});

test("two services that claim the same get nothing and are told; what they leave is listed, and one annotation heals it", async ({
  db,
}) => {
  const base = `twins-${randomUUID().slice(0, 8)}`;
  const repository = repositoryPayload(`acme/${base}`);
  const [left, right] = [`${base}-left`, `${base}-right`];
  const folder = await importComponents(db, [
    component(left, `acme/${base}`),
    component(right, `acme/${base}`),
  ]);
  await sendAll(db, deployed(repository, "1", 20));
  expect(await service(db, left)).toMatchObject({ state: "ambiguous", environments: [] });
  expect((await service(db, left)).reason).toContain(`component:default/${right}`);
  expect((await list(db, left)).items).toEqual([]);
  const unmatched = async () =>
    (await readUnmatchedDeployments(as(db, person("platform")), { limit: 100 })).items.filter(
      (one) => one.repository === `acme/${base}`,
    );
  expect((await unmatched())[0]?.reason).toContain("2 Components share");
  const own = { "milepost.dev/deployment-task": "deploy" };
  await importComponents(
    db,
    [component(left, `acme/${base}`, own), component(right, `acme/${base}`)],
    folder,
  );
  expect((await list(db, left)).items).toHaveLength(1);
  expect((await list(db, right)).items).toEqual([]);
  expect(await unmatched()).toEqual([]);
});

test("a service without repository, one of which nothing came and one that came later", async ({ db }) => {
  const name = `later-${randomUUID().slice(0, 8)}`;
  const repository = repositoryPayload(`acme/${name}`);
  await sendAll(db, deployed(repository, "1", 20));
  const platform = as(db, person("platform"));
  const found = (await readUnmatchedDeployments(platform, { limit: 100 })).items.find(
    (one) => one.repository === `acme/${name}`,
  );
  expect(found?.reason).toContain(`github.com/project-slug: acme/${name}`);
  await expect(readUnmatchedDeployments(mine(db), { limit: 1 })).rejects.toMatchObject({ code: "forbidden" });
  await importComponents(db, [
    component(`${name}-bare`, null),
    component(`${name}-quiet`, "acme/quiet"),
    component(name, `acme/${name}`),
  ]);
  expect(await service(db, `${name}-bare`)).toMatchObject({ state: "no_repository", environments: [] });
  expect(await service(db, `${name}-quiet`)).toMatchObject({ state: "not_observed" });
  expect(await service(db, name)).toMatchObject({ state: "connected" });
  // What was there before the entry was: nothing is lost.
  expect((await list(db, name)).items).toHaveLength(1);
});

test("counts weeks by outcome, zero only where something could have been seen", async ({ db }) => {
  const name = `weeks-${randomUUID().slice(0, 8)}`;
  const repository = repositoryPayload(`acme/${name}`);
  await importComponents(db, [component(name, `acme/${name}`)]);
  const day = 1_440;
  await sendAll(db, [
    ...deployed(repository, "1", 3 * day),
    ...deployed(repository, "2", 8 * day),
    ...deployed(repository, "3", 9 * day, { environment: "staging" }),
    [
      "deployment_status",
      {
        repository,
        deployment: {
          id: 5,
          sha: sha("4"),
          ref: "main",
          task: "deploy",
          environment: "production",
          created_at: minutesAgo(day),
          updated_at: minutesAgo(day),
        },
        deployment_status: { state: "error", created_at: minutesAgo(day) },
      },
    ],
  ]);
  await db.execute(
    sql`update repositories set observed_since = '2026-10-21' where full_name = ${`acme/${name}`}`,
  );
  const [{ id: subject } = { id: "" }] = await db.execute<{ id: string }>(
    sql`select id from repositories where full_name = ${`acme/${name}`}`,
  );
  await noteGap(as(db), {
    subject,
    what: "deployments",
    from: new Date("2026-10-27T08:00:00Z"),
    until: new Date("2026-10-29T08:00:00Z"),
    reason: "GitHub was away",
  });
  const { weeks, title } = await readWeeklyDeployments(mine(db), {
    entityRef: `component:default/${name}`,
    tier: "production",
  });
  expect(title).toBe("Deployments recorded");
  expect(
    weeks.slice(-6).map(({ week, succeeded, failed, total }) => [week, succeeded, failed, total]),
  ).toEqual([
    ["2026-W42", null, null, null],
    ["2026-W43", 0, 0, 0],
    ["2026-W44", null, null, null],
    ["2026-W45", 0, 0, 0],
    ["2026-W46", 1, 0, 1],
    ["2026-W47", 1, 1, 2],
  ]);
});

test("incidents and runs are paged; an issue that lost its label is none", async ({ db }) => {
  const name = `pages-${randomUUID().slice(0, 8)}`;
  const repository = repositoryPayload(`acme/${name}`);
  await importComponents(db, [component(name, `acme/${name}`)]);
  const incident = (
    number: number,
    action: string,
    labels: string[],
    ago: number,
    more: object = {},
  ): Sent => [
    "issues",
    issuePayload(repository, {
      action,
      number,
      labels,
      created_at: minutesAgo(900),
      updated_at: minutesAgo(ago),
      ...more,
    }),
  ];
  await sendAll(db, [
    ...Array.from({ length: 7 }, (_, index) => incident(index + 1, "opened", ["incident"], 800)),
    incident(2, "closed", ["incident"], 700, { closed_at: minutesAgo(700) }),
    incident(3, "unlabeled", [], 600, { label: "incident" }),
    incident(4, "deleted", ["incident"], 500),
    ...Array.from(
      { length: 5 },
      (_, index): Sent => [
        "workflow_run",
        runPayload(repository, { id: index + 1, updated_at: minutesAgo(10) }),
      ],
    ),
  ]);
  const entityRef = `component:default/${name}`;
  const first = await readIncidents(mine(db), { entityRef, limit: 3 });
  const second = await readIncidents(mine(db), { entityRef, limit: 3, cursor: first.nextCursor! });
  expect([...first.items, ...second.items].map(({ number }) => number)).toEqual([7, 6, 5, 2, 1]);
  expect(second.nextCursor).toBeNull();
  expect((await service(db, name)).openIncidents.map(({ number }) => number)).toEqual([7, 6, 5, 1]);
  const runs = await readCiRuns(mine(db), { entityRef, limit: 4 });
  const more = await readCiRuns(mine(db), { entityRef, limit: 4, cursor: runs.nextCursor! });
  expect([...runs.items, ...more.items].map(({ id }) => id.split(":").at(-1))).toEqual([
    "5",
    "4",
    "3",
    "2",
    "1",
  ]);
});

test("nobody who is not signed in sees a figure, even through a read", async ({ db }) => {
  const name = `hidden-${randomUUID().slice(0, 8)}`;
  await importComponents(db, [component(name, `acme/${name}`)]);
  await sendAll(db, deployed(repositoryPayload(`acme/${name}`), "1", 20));
  const entityRef = `component:default/${name}`;
  const nobody = as(db, { kind: "anonymous" }, now);
  expect(await readDeployments(nobody, { entityRef, limit: 5 })).toEqual({ items: [], nextCursor: null });
  expect(await readLastDeployments(nobody, { refs: [entityRef] })).toEqual([]);
  expect((await service(db, name)).environments).toHaveLength(1);
  expect(await readServiceDelivery(nobody, { entityRef })).toMatchObject({ environments: [] });
});

test("tells the owning team of fresh trouble, once, and nobody of old one", async ({ db }) => {
  const name = `told-${randomUUID().slice(0, 8)}`;
  const repository = repositoryPayload(`acme/${name}`);
  const ref = `user:default/member-${name}`;
  await importComponents(db, [
    component(name, `acme/${name}`),
    `apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: team-${name} }\nspec: { type: team, children: [] }`,
    `apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: member-${name} }\nspec: { memberOf: [team-${name}] }`,
  ]);
  const member = await makeUser(db, "developer", { personRef: ref });
  const failing = (id: number, ago: number, environment: string): Sent => [
    "deployment_status",
    {
      repository,
      deployment: {
        id,
        sha: sha("1"),
        ref: "main",
        task: "deploy",
        environment,
        created_at: minutesAgo(ago),
        updated_at: minutesAgo(ago),
      },
      deployment_status: { state: "failure", created_at: minutesAgo(ago) },
    },
  ];
  const incident = (action: string, ago: number, more: object = {}): Sent => [
    "issues",
    issuePayload(repository, {
      action,
      number: 9,
      title: "Nothing works",
      labels: ["incident"],
      created_at: minutesAgo(60),
      updated_at: minutesAgo(ago),
      ...more,
    }),
  ];
  const trouble = [
    failing(1, 30, "production"),
    failing(2, 30, "staging"),
    failing(3, 4_000, "production"),
    incident("opened", 60),
  ];
  await sendAll(db, trouble);
  await sendAll(db, trouble);
  const inbox = async () =>
    (
      await db.execute<{ title: string; href: string }>(
        sql`select title, href from notifications where user_id = ${member.id} order by title`,
      )
    ).map((row) => ({ ...row }));
  const href = `/catalog/component/default/${name}`;
  expect(await inbox()).toEqual([
    { title: "Incident: Nothing works", href },
    { title: `${name} could not be deployed to production`, href },
  ]);
  await sendAll(db, [incident("closed", 10, { closed_at: minutesAgo(10) })]);
  expect((await inbox())[0]?.title).toBe("Incident resolved: Nothing works");
});
