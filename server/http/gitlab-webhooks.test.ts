import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { makeConnectionSecret } from "#server/connections/make-connection-secret.ts";
import { readConnections } from "#server/connections/read-connections.ts";
import { saveTokenConnection } from "#server/connections/save-connection.ts";
import { setConnectionState } from "#server/connections/set-connection-state.ts";
import { as, test as databaseTest } from "#server/testing/database.ts";
import { componentFile, readRun, readSources, uidOf } from "#server/testing/discovery.ts";
import { loopbackRanges, organization } from "#server/testing/fake-github/connect.ts";
import { serveFakeGitlab } from "#server/testing/fake-gitlab/fake-gitlab.ts";
import type { FakeGitlab } from "#server/testing/fake-gitlab/route.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person } from "#server/testing/people.ts";
import { eventually, runWorker } from "#server/testing/running-worker.ts";

const test = databaseTest.extend<{ url: string }>({
  url: [
    async ({ copy }, use) => {
      const worker = await runWorker(copy.pool.db, copy.url);
      await use(worker.url);
      await worker.stop();
    },
    { scope: "file" },
  ],
});

const admin = (db: Db) => as(db, person("admin"));

/** A GitLab with one group, connected by its token, looked through, with a webhook secret. */
async function connect(db: Db, group: string) {
  const fake = await serveFakeGitlab();
  fake.state.owner(group, "Organization", ["ana"]);
  fake.state.repository(`${group}/shop`, {
    files: { "catalog-info.yaml": componentFile(`${group}-shop`) },
    readers: ["ana", "bea"],
  });
  const { id } = await saveTokenConnection(
    admin(db),
    {
      kind: "gitlab",
      name: group,
      webUrl: fake.webUrl,
      token: fake.token,
      owners: [organization(group)],
      privateRanges: loopbackRanges,
    },
    testKeyring,
  );
  await eventually(
    () => readRun(db, id),
    (run) => run?.completed === true,
  );
  const { secret } = await makeConnectionSecret(admin(db), { id, retiresOthers: false }, testKeyring);
  return { fake, id, secret };
}

type Hook = { url: string; id: string; secret: string };

async function send(
  { url, id, secret }: Hook,
  event: string,
  payload: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: { status?: string; id?: number; error?: { message: string } } }> {
  const answer = await fetch(`${url}/api/webhooks/gitlab/${id}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-gitlab-event": event,
      "x-gitlab-token": secret,
      "idempotency-key": randomUUID(),
      ...headers,
    },
    body: JSON.stringify(payload),
  });
  return { status: answer.status, body: (await answer.json()) as never };
}

const projectOf = (fake: FakeGitlab, fullName: string) => {
  const { id } = fake.state.get(fullName);
  return { project_id: id, project: { id, path_with_namespace: fullName } };
};

const pushOf = (fake: FakeGitlab, fullName: string, branch = "main") => ({
  object_kind: "push",
  event_name: "push",
  ref: `refs/heads/${branch}`,
  after: fake.state.get(fullName).branches.get(branch),
  ...projectOf(fake, fullName),
});

const countOf = (db: Db) => db.$count(webhookDeliveries);

test("a push is stored, and in the catalog a moment later", async ({ db, url }) => {
  const { fake, id, secret } = await connect(db, "alder");
  const hook = { url, id, secret };
  fake.state.commit("alder/shop", { "catalog-info.yaml": componentFile("alder-store") });
  const { status, body } = await send(hook, "Push Hook", pushOf(fake, "alder/shop"), {
    "idempotency-key": "key-1",
  });
  expect({ status, stored: body.status }).toEqual({ status: 202, stored: "stored" });
  await eventually(
    () => uidOf(db, "component:default/alder-store"),
    (uid) => uid !== undefined,
  );
  const [row] = await db.execute(sql`
    select event, repository, hook_key as "hookKey", guid, state, headers::text like ${`%${secret}%`} as "isTold"
    from webhook_deliveries where id = ${body.id!}`);
  expect(row).toMatchObject({
    event: "gitlab push",
    repository: "alder/shop",
    hookKey: `gitlab:${id}`,
    guid: "key-1",
    state: "ignored",
    isTold: false,
  });
  // Sent again it is the same one, and other bytes under its key are kept beside it.
  const again = await send(hook, "Push Hook", pushOf(fake, "alder/shop"), { "idempotency-key": "key-1" });
  expect(again.body).toEqual({ status: "duplicate", id: body.id });
  const other = await send(hook, "Push Hook", { object_kind: "push" }, { "idempotency-key": "key-1" });
  expect(other.body).toMatchObject({ status: "stored" });
  expect(other.body.id).not.toBe(body.id);
  const item = (await readConnections(admin(db))).items.find((one) => one.id === id);
  expect(item).toMatchObject({ webhookPath: `/api/webhooks/gitlab/${id}`, hasWebhookSecret: true });
  expect(item?.webhookAt).toBeInstanceOf(Date);
});

test("only the connection's own secret opens its address", async ({ db, url }) => {
  const one = await connect(db, "birch");
  const two = await connect(db, "cedar");
  const before = await countOf(db);
  const push = pushOf(one.fake, "birch/shop");
  const statusOf = async (hook: Hook, headers = {}) => (await send(hook, "Push Hook", push, headers)).status;
  const own = { url, id: one.id, secret: one.secret };
  expect(await statusOf({ ...own, secret: two.secret })).toBe(401);
  expect(await statusOf({ ...own, secret: `${one.secret}x` })).toBe(401);
  expect(await statusOf({ ...own, secret: "" })).toBe(401);
  expect(await statusOf({ ...own, id: "" })).toBe(404);
  expect(await statusOf({ ...own, id: randomUUID() })).toBe(503);
  expect(await statusOf(own, { "x-gitlab-event": " " })).toBe(400);
  // A signature of GitHub's kind made with GitLab's secret is none here, nor the token at GitHub's address.
  const elsewhere = await fetch(`${url}/api/webhooks/github/${one.id}`, {
    method: "POST",
    headers: { "x-gitlab-token": one.secret, "x-github-event": "push", "x-github-delivery": "1" },
    body: "{}",
  });
  expect(elsewhere.status).toBe(401);
  expect(await countOf(db)).toBe(before);
  // A former secret stays good until it is ended.
  const renewed = await makeConnectionSecret(admin(db), { id: one.id, retiresOthers: false }, testKeyring);
  expect(await statusOf(own)).toBe(202);
  await makeConnectionSecret(admin(db), { id: one.id, retiresOthers: true }, testKeyring);
  expect(await statusOf(own)).toBe(401);
  expect(await statusOf({ ...own, secret: renewed.secret })).toBe(401);
  await setConnectionState(admin(db), { id: two.id, isOn: false });
  expect(await statusOf({ url, id: two.id, secret: two.secret })).toBe(503);
});

test("a merge request and a push to its branch are checked; projects of other groups are not followed", async ({
  db,
  url,
}) => {
  const { fake, id, secret } = await connect(db, "dogwood");
  const hook = { url, id, secret };
  const proposed = fake.state.commit(
    "dogwood/shop",
    { "catalog-info.yaml": componentFile("dogwood-store") },
    { branch: "next" },
  );
  const attributes = {
    iid: 7,
    source_branch: "next",
    target_branch: "main",
    last_commit: { id: proposed.sha },
  };
  const request = (action: string) => ({
    object_kind: "merge_request",
    ...projectOf(fake, "dogwood/shop"),
    object_attributes: { ...attributes, action },
  });
  await send(hook, "Merge Request Hook", request("open"));
  await send(hook, "Merge Request Hook", request("update"));
  const checks = await eventually(
    () =>
      db.execute<{ number: number; head: string; base: string }>(sql`
        select k.pull_request as number, k.head_sha as head, k.base_sha as base from catalogue_checks k
        join source_repositories r on r.id = k.repository_id where r.connection_id = ${id}`),
    (rows) => rows.length > 0,
  );
  expect([...checks]).toEqual([{ number: 7, head: proposed.sha, base: "main" }]);

  fake.state.owner("elsewhere");
  fake.state.repository("elsewhere/shop", {
    files: { "catalog-info.yaml": componentFile("elsewhere-shop") },
  });
  fake.state.repository("dogwood/new", { files: { "catalog-info.yaml": componentFile("dogwood-new") } });
  await send(hook, "System Hook", { ...pushOf(fake, "elsewhere/shop"), object_kind: undefined });
  await send(hook, "System Hook", {
    event_name: "project_create",
    project_id: fake.state.get("dogwood/new").id,
    path_with_namespace: "dogwood/new",
  });
  await eventually(
    () => uidOf(db, "component:default/dogwood-new"),
    (uid) => uid !== undefined,
  );
  expect((await readSources(db, id)).map(({ target }) => target)).toEqual(["dogwood/new", "dogwood/shop"]);
});

test("whoever is taken out of a group reads nothing of it from then on", async ({ db, url }) => {
  const { fake, id, secret } = await connect(db, "elm");
  const readers = () =>
    db.execute<{ login: string; number: string }>(sql`
      select rr.login, rr.external_id as number from repository_readers rr
      join source_repositories r on r.id = rr.repository_id where r.connection_id = ${id} order by 1`);
  const [, bea] = [...(await readers())];
  expect([...(await readers())].map(({ login }) => login)).toEqual(["ana", "bea"]);
  fake.state.get("elm/shop").readers = ["ana"];
  await send({ url, id, secret }, "Member Hook", {
    event_name: "user_remove_from_group",
    user_id: Number(bea?.number),
    user_username: "bea-anew",
  });
  await eventually(
    async () => [...(await readers())].map(({ login }) => login),
    (now) => now.join() === "ana",
  );
});
