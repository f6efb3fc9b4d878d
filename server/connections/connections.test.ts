import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { sourceRepositories } from "#db/schema/connections.ts";
import { connectionSecrets, connections, events } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { ensureWebhookSecret } from "#server/github/ensure-webhook-secret.ts";
import { readWebhookSecrets } from "#server/github/webhook-secrets.ts";
import { as, test } from "#server/testing/database.ts";
import {
  connectApp,
  connectionOptions,
  jobOutside,
  loopbackRanges,
  organization,
} from "#server/testing/fake-github/connect.ts";
import { serveFakeGithub } from "#server/testing/fake-github/fake-github.ts";
import { giveApp, giveToken, install, readPermissions } from "#server/testing/fake-github/world.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { makeUser, person, tokenActor } from "#server/testing/people.ts";
import { checkConnection } from "./check-connection.ts";
import { ensureSeededConnection } from "./ensure-seeded-connection.ts";
import { makeConnectionSecret } from "./make-connection-secret.ts";
import type { ConnectionItem } from "./model.ts";
import { openConnection } from "./open-connection.ts";
import { readConnections } from "./read-connections.ts";
import { removeConnection } from "./remove-connection.ts";
import { saveAppConnection, saveTokenConnection } from "./save-connection.ts";
import { setConnectionState } from "./set-connection-state.ts";
import { openSecret } from "./stored-connection.ts";
import { testConnection } from "./test-connection.ts";

const admin = person("admin");
const keyring = () => testKeyring;
const check = (db: Db, connectionId: string) =>
  checkConnection({ ctx: as(db), outside: jobOutside() }, { connectionId }, keyring);

async function item(db: Db, id: string): Promise<ConnectionItem> {
  const found = (await readConnections(as(db, admin))).items.find((one) => one.id === id);
  if (!found) throw new Error("The connection is not listed");
  return found;
}

const typesOf = async (db: Db, subjectId: string) =>
  (
    await db
      .select({ type: events.type })
      .from(events)
      .where(eq(events.subjectId, subjectId))
      .orderBy(events.id)
  ).map(({ type }) => type);

const tokenInput = (fake: { webUrl: string }, token: string) => ({
  kind: "github" as const,
  name: `Acme ${randomUUID().slice(0, 8)}`,
  webUrl: fake.webUrl,
  token,
  owners: [organization("acme")],
  privateRanges: loopbackRanges,
});

describe("a connection by token", () => {
  test("is saved, checked and listed without its token", async ({ db }) => {
    const fake = await serveFakeGithub();
    fake.state.owner("acme", "Organization", ["ana"]);
    const token = giveToken(fake, "ana", ["repo", "read:org"]);
    const { id } = await saveTokenConnection(as(db, admin), tokenInput(fake, token), testKeyring);
    expect(await item(db, id)).toMatchObject({ state: "unchecked", apiUrl: fake.apiUrl, auth: "token" });
    await check(db, id);
    const listed = await item(db, id);
    expect(listed).toMatchObject({
      state: "working",
      identity: "ana",
      abilities: { readMembers: true, writeChecks: false, writePullRequests: true },
      owners: [organization("acme")],
      installations: [],
      webhookAt: null,
    });
    expect(listed.budgets).toEqual([expect.objectContaining({ holder: "token", limit: 5_000 })]);
    expect(JSON.stringify(await readConnections(as(db, admin)))).not.toContain(token);
    const [row] = await db
      .select({ sealed: connectionSecrets.sealed })
      .from(connectionSecrets)
      .where(eq(connectionSecrets.connectionId, id));
    expect(row?.sealed.toString("latin1")).not.toContain(token);
  });

  test("keeps its token where it stays, and asks for it anew where it would go elsewhere", async ({ db }) => {
    const fake = await serveFakeGithub();
    const input = tokenInput(fake, giveToken(fake));
    const { id } = await saveTokenConnection(as(db, admin), input, testKeyring);
    await saveTokenConnection(
      as(db, admin),
      { ...input, id, token: "", name: `${input.name} 2`, pollMinutes: 30 },
      testKeyring,
    );
    expect(await openSecret(as(db), testKeyring, id, "token")).toBe(input.token);
    for (const elsewhere of [
      { webUrl: "https://evil.example" },
      { apiUrl: "https://evil.example" },
      { proxyUrl: "http://evil.example:8080" },
    ])
      await expect(
        saveTokenConnection(as(db, admin), { ...input, id, token: "", ...elsewhere }, testKeyring),
      ).rejects.toMatchObject({ code: "invalid", field: "token" });
    await expect(
      saveTokenConnection(as(db, admin), { ...input, name: `${input.name} 2` }, testKeyring),
    ).rejects.toMatchObject({ code: "conflict", field: "name" });
    const changes = await db
      .select({ payload: events.payload })
      .from(events)
      .where(sql`subject_id = ${id} and type = 'connection.changed'`);
    expect(changes[0]?.payload).toMatchObject({ changed: ["name", "pollMinutes"] });
  });

  test.for([
    ["a developer", person("developer")],
    ["a platform engineer", person("platform")],
    ["an admin's API token", tokenActor("admin", ["read", "write"])],
    [
      "an admin who has not signed in lately",
      person("admin", { authenticatedAt: new Date(Date.now() - 3_600_000) }),
    ],
  ] as const)("is not %s's to add, change or remove", async ([, actor], { db }) => {
    const ctx = as(db, actor);
    const id = randomUUID();
    const input = tokenInput({ webUrl: "https://github.com" }, "x");
    for (const refused of [
      saveTokenConnection(ctx, input, testKeyring),
      saveAppConnection(ctx, { name: "x", webUrl: "https://github.com", appId: "1" }, testKeyring),
      setConnectionState(ctx, { id, isOn: false }),
      removeConnection(ctx, { id }),
      makeConnectionSecret(ctx, { id, retiresOthers: false }, testKeyring),
    ])
      await expect(refused).rejects.toMatchObject({ code: "forbidden" });
  });

  test("that the host refuses says so once in the log, and says when it works again", async ({ db }) => {
    const fake = await serveFakeGithub();
    fake.state.owner("acme");
    const token = giveToken(fake);
    const { id } = await saveTokenConnection(as(db, admin), tokenInput(fake, token), testKeyring);
    const known = fake.state.tokens.get(token);
    fake.state.tokens.delete(token);
    await check(db, id);
    await check(db, id);
    expect(await item(db, id)).toMatchObject({
      state: "failing",
      failure: expect.stringContaining("was revoked or has expired"),
    });
    if (known) fake.state.tokens.set(token, known);
    await check(db, id);
    expect(await item(db, id)).toMatchObject({ state: "working", failure: null });
    expect(await typesOf(db, id)).toEqual(["connection.added", "connection.failed", "connection.recovered"]);
    fake.state.owners.delete("acme");
    await check(db, id);
    expect((await item(db, id)).failure).toContain("acme is not there any more, or hidden");
  });

  test("that is switched off is not used, and one that is removed takes its secrets with it", async ({
    db,
  }) => {
    const fake = await serveFakeGithub();
    const { id } = await saveTokenConnection(as(db, admin), tokenInput(fake, giveToken(fake)), testKeyring);
    await setConnectionState(as(db, admin), { id, isOn: false });
    await check(db, id);
    expect(await item(db, id)).toMatchObject({ state: "off" });
    expect(fake.asked).toHaveLength(0);
    await expect(openConnection(as(db), jobOutside(), id, connectionOptions)).rejects.toThrow("switched off");
    await removeConnection(as(db, admin), { id });
    expect(
      await db
        .select({ id: connectionSecrets.id })
        .from(connectionSecrets)
        .where(eq(connectionSecrets.connectionId, id)),
    ).toEqual([]);
    expect(await typesOf(db, id)).toEqual([
      "connection.added",
      "connection.switched-off",
      "connection.removed",
    ]);
  });

  test("is not removed while the catalog reads through it: nobody would know who may see its files", async ({
    db,
  }) => {
    const fake = await serveFakeGithub();
    const { id } = await saveTokenConnection(as(db, admin), tokenInput(fake, giveToken(fake)), testKeyring);
    const [repository] = await db
      .insert(sourceRepositories)
      .values({
        connectionId: id,
        externalId: "1",
        fullName: "acme/web",
        slug: "acme/web",
        url: "https://x/acme/web",
        cloneUrl: "https://x/acme/web.git",
        defaultBranch: "main",
        visibility: "private",
        topics: [],
        listedAt: new Date(),
      })
      .returning({ id: sourceRepositories.id });
    await db.execute(sql`insert into locations (type, target, connection_id, repository_id, created_by)
      values ('git', ${`https://x/${id}`}, ${id}, ${repository?.id ?? ""}, 'Test')`);
    await expect(removeConnection(as(db, admin), { id })).rejects.toMatchObject({ code: "conflict" });
    expect(await item(db, id)).toMatchObject({ repositories: 1 });
  });
});

describe("a test before saving", () => {
  const run = (db: Db, input: Parameters<typeof testConnection>[2]) =>
    testConnection(as(db, admin), jobOutside(), input, keyring);

  test("says who we are, what an owner is, and what is missing, and writes nothing", async ({ db }) => {
    const fake = await serveFakeGithub();
    fake.state.owner("acme", "Organization", ["ana"]);
    const input = { ...tokenInput(fake, giveToken(fake, "ana", ["public_repo"])), auth: "token" as const };
    const owners = [organization("acme"), organization("ana"), organization("nobody")];
    const found = await run(db, { ...input, owners });
    expect(found.owners).toEqual([organization("acme"), { login: "ana", type: "person" }]);
    expect(found.checks[0]).toMatchObject({
      state: "passed",
      message: expect.stringContaining("knows the token as ana with public_repo, a member of acme"),
    });
    expect(found.checks.filter(({ state }) => state === "failed")).toEqual([
      expect.objectContaining({ name: "nobody" }),
    ]);
    expect(found.checks.map(({ message }) => message).join(" ")).toContain(
      "Private repositories are not shown",
    );
    expect(found.checks.find(({ name }) => name === "Write checks")).toMatchObject({ state: "warning" });
    expect((await run(db, { ...input, owners: [] })).owners).toEqual([organization("acme")]);
    expect(
      await db.select({ id: connections.id }).from(connections).where(eq(connections.name, input.name)),
    ).toEqual([]);
  });

  test("does not send a stored token to another host", async ({ db }) => {
    const [own, other] = [await serveFakeGithub(), await serveFakeGithub()];
    const token = giveToken(own);
    const { id } = await saveTokenConnection(as(db, admin), tokenInput(own, token), testKeyring);
    const input = { ...tokenInput(own, ""), id, auth: "token" as const, owners: [] };
    expect((await run(db, input)).identity).toBe("ana");
    await expect(run(db, { ...input, webUrl: other.webUrl })).rejects.toMatchObject({ field: "token" });
    expect(other.asked).toHaveLength(0);
  });

  test("tells in a sentence what does not work", async ({ db }) => {
    const fake = await serveFakeGithub();
    const input = { ...tokenInput(fake, "ghp_wrong"), auth: "token" as const };
    expect((await run(db, input)).checks).toEqual([
      expect.objectContaining({
        state: "failed",
        message: expect.stringContaining("does not take the token"),
      }),
    ]);
    const near = await run(db, { ...input, privateRanges: [] });
    expect(near.checks[0]?.message).toContain("points into a private network");
    const gone = await run(db, { ...input, webUrl: "http://127.0.0.1:9" });
    expect(gone.checks[0]?.message).toContain("127.0.0.1:9 refuses connections");
  });
});

describe("a GitHub App", () => {
  test("is connected by its number and key; where it is installed is found, and what comes or goes is told", async ({
    db,
  }) => {
    const fake = await serveFakeGithub();
    fake.state.repository("acme/web", { files: { a: "1" } });
    const { app, privateKey } = giveApp(fake);
    install(fake, app, "acme");
    const weak = install(fake, app, "globex", { permissions: readPermissions });
    const input = {
      name: `App ${app.id}`,
      webUrl: fake.webUrl,
      appId: String(app.id),
      privateRanges: loopbackRanges,
    };
    await expect(
      saveAppConnection(as(db, admin), { ...input, privateKey: "no key" }, testKeyring),
    ).rejects.toMatchObject({ field: "privateKey" });
    const { id } = await saveAppConnection(
      as(db, admin),
      { ...input, privateKey, webhookSecret: "a webhook secret" },
      testKeyring,
    );
    await check(db, id);
    const listed = await item(db, id);
    expect(listed).toMatchObject({
      state: "working",
      identity: app.name,
      app: {
        id: String(app.id),
        slug: app.slug,
        installUrl: `${fake.webUrl}/github-apps/${app.slug}/installations/new`,
      },
      abilities: { readContents: true, writeContents: false },
      hasWebhookSecret: true,
    });
    expect(listed.installations.map(({ account, missing }) => [account, missing])).toEqual([
      ["acme", []],
      ["globex", ["writeChecks", "writePullRequests", "writeContents"]],
    ]);
    app.installations.splice(app.installations.indexOf(weak), 1);
    await check(db, id);
    expect((await item(db, id)).abilities).toMatchObject({ writeContents: true });
    expect(await typesOf(db, id)).toEqual([
      "connection.added",
      "connection.installed",
      "connection.installed",
      "connection.uninstalled",
    ]);
    const host = await openConnection(as(db), jobOutside(), id, connectionOptions);
    expect((await host.getRepository("acme/web")).fullName).toBe("acme/web");
  });

  test("of the environment is connected once, and its new key counts", async ({ db }) => {
    await db.delete(connections).where(sql`settings ->> 'auth' = 'app'`);
    const fake = await serveFakeGithub();
    const { app, privateKey } = giveApp(fake);
    const env = {
      GITHUB_APP_ID: String(app.id),
      GITHUB_APP_PRIVATE_KEY: privateKey.replaceAll("\n", "\\n"),
      GITHUB_URL: fake.webUrl,
      GITHUB_API_URL: undefined,
    };
    await ensureSeededConnection(as(db), env, testKeyring);
    await ensureSeededConnection(as(db), env, testKeyring);
    const rows = await db
      .select({ id: connections.id })
      .from(connections)
      .where(sql`settings ->> 'isSeeded' = 'true'`);
    expect(rows).toHaveLength(1);
    const id = rows[0]?.id ?? "";
    await check(db, id);
    expect(await item(db, id)).toMatchObject({
      state: "working",
      notes: [expect.stringContaining("not installed at any organisation yet")],
    });
    await ensureSeededConnection(as(db), { ...env, GITHUB_APP_PRIVATE_KEY: privateKey }, testKeyring);
    expect(await openSecret(as(db), testKeyring, id, "private-key")).toBe(privateKey);
    await expect(
      ensureSeededConnection(as(db), { ...env, GITHUB_APP_PRIVATE_KEY: "nonsense" }, testKeyring),
    ).rejects.toThrow("GITHUB_APP_PRIVATE_KEY: The private key cannot be read");
  });

  test("has webhook secrets of its own, which end with it", async ({ db }) => {
    await ensureWebhookSecret(as(db), { keyring: testKeyring, seeds: ["one of the environment"] });
    const fake = await serveFakeGithub();
    const made = giveApp(fake);
    const id = await connectApp(db, fake, made);
    const first = await makeConnectionSecret(as(db, admin), { id, retiresOthers: false }, testKeyring);
    const second = await makeConnectionSecret(as(db, admin), { id, retiresOthers: false }, testKeyring);
    const values = async () => (await readWebhookSecrets(as(db), testKeyring, id)).map(({ value }) => value);
    expect(await values()).toEqual([first.secret, second.secret]);
    const third = await makeConnectionSecret(as(db, admin), { id, retiresOthers: true }, testKeyring);
    expect(third.retired).toBe(2);
    expect(await values()).toEqual([third.secret]);
    await setConnectionState(as(db, admin), { id, isOn: false });
    expect(await values()).toEqual([]);
    expect((await readWebhookSecrets(as(db), testKeyring)).map(({ value }) => value)).not.toContain(
      third.secret,
    );
  });
});

test("rows that only hold webhook secrets are no connections to a host", async ({ db }) => {
  await ensureWebhookSecret(as(db), { keyring: testKeyring, seeds: ["another of the environment"] });
  const { items } = await readConnections(as(db, await makeUser(db, "platform")));
  expect(items.every(({ name }) => name !== "Environment")).toBe(true);
  await expect(readConnections(as(db, person("developer")))).rejects.toMatchObject({ code: "forbidden" });
});
