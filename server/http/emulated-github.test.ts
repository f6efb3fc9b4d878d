import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { makeConnectionSecret } from "#server/connections/make-connection-secret.ts";
import { readConnections } from "#server/connections/read-connections.ts";
import { saveAppConnection, saveTokenConnection } from "#server/connections/save-connection.ts";
import { ListProposals } from "#server/discovery/inputs.ts";
import { readProposals } from "#server/discovery/reads/read-proposals.ts";
import { requestDiscovery } from "#server/discovery/request-discovery.ts";
import { as, test as databaseTest } from "#server/testing/database.ts";
import { componentFile, readRun, readSources, uidOf } from "#server/testing/discovery.ts";
import { type EmulatedGithub, serveEmulatedGithub } from "#server/testing/emulated-github.ts";
import { loopbackRanges, organization } from "#server/testing/fake-github/connect.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person } from "#server/testing/people.ts";
import { eventually, runWorker } from "#server/testing/running-worker.ts";

/**
 * From a form to the catalogue against the GitHub of `emulate`: the product's verbs, its worker and its receiver, with
 * nothing called by the test that a person or GitHub does not do.
 */
type Portal = { url: string; github: EmulatedGithub };
const test = databaseTest.extend<{ portal: Portal }>({
  portal: [
    async ({ copy }, use) => {
      const worker = await runWorker(copy.pool.db, copy.url);
      const github = await serveEmulatedGithub({ appWebhookUrl: `${worker.url}/api/webhooks/github` });
      await use({ url: worker.url, github });
      await github.close();
      await worker.stop();
    },
    { scope: "file" },
  ],
});

const proposed = ListProposals.parse({});
const admin = (db: Db) => as(db, person("admin"));
const networkOf = ({ webUrl }: EmulatedGithub) => ({
  webUrl,
  apiUrl: webUrl,
  privateRanges: loopbackRanges,
  reservePercent: 0,
});

const connectionOf = async (db: Db, id: string) =>
  (await readConnections(admin(db))).items.find((one) => one.id === id);

const ownerOf = async (db: Db, ref: string) => {
  const [row] = await db.execute<{ owner: string; isGone: boolean }>(sql`
    select owner_ref as owner, file_gone_at is not null as "isGone" from entities where ref = ${ref}`);
  return row;
};

test("a token: repositories are found, their files imported, and a push is followed by webhook", async ({
  db,
  portal: { url, github },
}) => {
  await github.commit("ana/web", "catalog-info.yaml", componentFile("web", "shop"));
  const { id } = await saveTokenConnection(
    admin(db),
    {
      ...networkOf(github),
      kind: "github",
      name: "Emulated",
      token: github.token,
      owners: [{ login: "ana", type: "person" }],
    },
    testKeyring,
  );
  const run = await eventually(
    () => readRun(db, id),
    (now) => now?.completed === true,
  );
  expect(run).toMatchObject({ state: "done", failure: null, peopleTrouble: null });
  expect(await readSources(db, id)).toMatchObject([
    { target: "ana/web", state: "imported", refs: ["component:default/web"] },
  ]);
  expect((await readProposals(admin(db), proposed)).items).toMatchObject([
    { name: "tools", repository: "ana/tools" },
  ]);
  expect(await connectionOf(db, id)).toMatchObject({ state: "working", identity: "ana", repositories: 2 });

  const { secret } = await makeConnectionSecret(admin(db), { id, retiresOthers: false }, testKeyring);
  const hook = { url: `${url}/api/webhooks/github/${id}`, secret, content_type: "json" };
  await github.ask("POST", "/repos/ana/web/hooks", { config: hook, events: ["push"] });
  const uid = await uidOf(db, "component:default/web");
  await github.commit("ana/web", "catalog-info.yaml", componentFile("web", "payments"));
  await eventually(
    () => ownerOf(db, "component:default/web"),
    (now) => now?.owner === "group:default/payments",
  );
  expect(await uidOf(db, "component:default/web")).toBe(uid);
  expect((await connectionOf(db, id))?.webhookAt).toBeInstanceOf(Date);
  await github.commit("ana/web", "catalog-info.yaml", null);
  await eventually(
    () => ownerOf(db, "component:default/web"),
    (now) => now?.isGone === true,
  );

  // No hook tells of this one: it is found when the connection is looked over.
  await github.commit("ana/tools", "catalog-info.yaml", componentFile("tools"));
  await requestDiscovery(admin(db), { connectionId: id });
  await eventually(
    () => uidOf(db, "component:default/tools"),
    (now) => now !== undefined,
  );
  // What has a file now is proposed no more, and what lost its own is.
  await eventually(
    async () => (await readProposals(admin(db), proposed)).items.map(({ repository }) => repository),
    (now) => now.join() === "ana/web",
  );
});

test("an organisation: its teams are read, and that its repositories are not told is said", async ({
  db,
  portal: { github },
}) => {
  await github.ask("POST", "/orgs/acme/teams", { name: "Payments" });
  await github.ask("PUT", "/orgs/acme/teams/payments/memberships/ben", { role: "member" });
  const { id } = await saveTokenConnection(
    admin(db),
    {
      ...networkOf(github),
      kind: "github",
      name: "Emulated organisation",
      token: github.token,
      owners: [organization("acme")],
    },
    testKeyring,
  );
  // It has no GET /orgs/:org/repos.
  const run = await eventually(
    () => readRun(db, id),
    (now) => now?.state === "failed",
  );
  expect(run?.failure).toBe(
    "The repositories of acme could not be found: gone, or hidden from this connection",
  );
  const members = await db.execute<{ line: string }>(sql`
    select source_ref || ' ' || target_ref as line from entity_relations
    where type = 'memberOf' and target_ref = 'group:default/payments' order by 1`);
  expect(members.map(({ line }) => line)).toEqual(["user:default/ben group:default/payments"]);
});

test("an App: it is told of a push by GitHub, and reads with a token of its installation", async ({
  db,
  portal: { github },
}) => {
  const { id } = await saveAppConnection(
    admin(db),
    {
      ...networkOf(github),
      name: "Emulated App",
      appId: String(github.app.id),
      privateKey: github.app.privateKey,
      webhookSecret: github.app.webhookSecret,
    },
    testKeyring,
  );
  const item = await eventually(
    () => connectionOf(db, id),
    (now) => now?.state === "working",
  );
  expect(item?.installations.map(({ account }) => account)).toEqual(["acme"]);
  // It has no GET /installation/repositories: what is found by itself is what webhooks name.
  await github.commit("acme/api", "catalog-info.yaml", componentFile("api"));
  await eventually(
    () => uidOf(db, "component:default/api"),
    (now) => now !== undefined,
  );
  await requestDiscovery(admin(db), { connectionId: id });
  const run = await eventually(
    () => readRun(db, id),
    (now) => now?.state === "failed",
  );
  expect(run?.failure).toBe(
    "The repositories of acme could not be found: gone, or hidden from this connection",
  );
  expect(await readSources(db, id)).toMatchObject([
    { target: "acme/api", state: "imported", refs: ["component:default/api"] },
  ]);
});
