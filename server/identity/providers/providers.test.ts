import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import { accounts, sessions } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { readEvents } from "#server/audit/read.ts";
import { systemActor } from "#server/core/actor.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { makeUser, person, tokenActor } from "#server/testing/people.ts";
import { startSession } from "../start-session.ts";
import { ensureSeededProviders } from "./ensure-seeded-providers.ts";
import { ProviderSettings, type SaveProvider } from "./inputs.ts";
import { readOfferedProviders, readProviders } from "./read.ts";
import { removeProvider, setProviderState } from "./remove-provider.ts";
import { saveProvider } from "./save-provider.ts";
import { listProviders, openClientSecret } from "./stored-provider.ts";
import { storedSecretFor } from "./stored-secret.ts";

let count = 0;
const secret = "a client secret that stands nowhere";

const wanted = (changed: Partial<SaveProvider> = {}, settings: object = {}): SaveProvider => {
  count += 1;
  return {
    slug: `p-${count}`,
    name: `Provider ${count}`,
    clientSecret: secret,
    settings: {
      protocol: "openid",
      issuer: "https://id.example.com",
      clientId: "milepost",
      scopes: ["openid"],
      admits: "everyone",
      ...settings,
    },
    ...changed,
  };
};

const save = (db: Db, input: SaveProvider) => saveProvider(as(db, person("admin")), input, testKeyring);

test("a provider's secret is sealed and comes back nowhere", async ({ db }) => {
  const { id } = await save(db, wanted());
  const everything = [
    await db.select().from(connections),
    await db.select().from(connectionSecrets),
    await readProviders(as(db, person("admin"))),
    (await readEvents(as(db), { subject: id })).rows,
  ];
  expect(JSON.stringify(everything)).not.toContain(secret);
  expect(await openClientSecret(as(db), testKeyring, id)).toBe(secret);
  expect((await readProviders(as(db, person("admin")))).find((row) => row.id === id)?.hasSecret).toBe(true);
});

test("a stored secret stays while it goes where it was meant to, and is asked for anew otherwise", async ({
  db,
}) => {
  const input = wanted();
  const { id } = await save(db, input);
  await save(db, { ...input, id, name: "Another name", clientSecret: "" });
  expect(await openClientSecret(as(db), testKeyring, id)).toBe(secret);
  const moved = { ...input.settings, issuer: "https://evil.example" };
  await expect(save(db, { ...input, id, settings: moved, clientSecret: "" })).rejects.toMatchObject({
    field: "clientSecret",
  });
  const settings = ProviderSettings.parse(input.settings);
  expect(await storedSecretFor(as(db), testKeyring, id, settings)).toBe(secret);
  expect(
    await storedSecretFor(as(db), testKeyring, id, { ...settings, issuer: "https://evil.example" }),
  ).toBeNull();
});

test("what would let the whole world in has to be narrowed down", () => {
  const open = [
    { protocol: "github", issuer: "https://github.com" },
    { protocol: "google", issuer: "https://accounts.google.com" },
    { protocol: "entra", issuer: "https://login.microsoftonline.com", tenant: "common" },
  ];
  for (const settings of open) {
    const all = { clientId: "x", scopes: ["openid"], ...settings };
    expect(ProviderSettings.safeParse({ ...all, admits: "everyone" }).success, settings.protocol).toBe(false);
    expect(ProviderSettings.safeParse({ ...all, admits: "known" }).success, settings.protocol).toBe(true);
  }
});

test.each([
  "http://id.example.com",
  "https://user:password@id.example.com",
  "https://id.example.com/?a=b",
  "https://id.example.com/#x",
  "javascript:alert(1)",
  "ftp://id.example.com",
  "http://127.0.0.1.evil.example",
])("%s is no issuer", (issuer) => {
  const settings = { protocol: "openid", clientId: "x", scopes: ["openid"], admits: "everyone" };
  expect(ProviderSettings.safeParse({ ...settings, issuer }).success).toBe(false);
});

test("slug and name are one provider's alone, and a slug never changes", async ({ db }) => {
  const input = wanted();
  const { id } = await save(db, input);
  await expect(save(db, wanted({ slug: input.slug }))).rejects.toMatchObject({
    code: "conflict",
    field: "slug",
  });
  await expect(save(db, wanted({ name: input.name.toUpperCase() }))).rejects.toMatchObject({ field: "name" });
  expect(await save(db, { ...input, id, slug: "changed" })).toEqual({ id, slug: input.slug });
});

test("only admins who have just signed in change providers", async ({ db }) => {
  const old = new Date(Date.now() - 16 * 60_000);
  const refused = [
    person("platform"),
    tokenActor("admin", ["read", "write"]),
    person("admin", { authenticatedAt: old }),
  ];
  for (const actor of refused) {
    const ctx = as(db, actor);
    await expect(saveProvider(ctx, wanted(), testKeyring)).rejects.toMatchObject({ code: "forbidden" });
    await expect(removeProvider(ctx, { id: actor.id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(setProviderState(ctx, { id: actor.id, isOn: true })).rejects.toMatchObject({
      code: "forbidden",
    });
  }
  await expect(
    saveProvider(as(db, person("admin", { authenticatedAt: old })), wanted(), testKeyring),
  ).rejects.toMatchObject({ field: "confirm", rule: "recent-sign-in" });
});

test("switching off and removing end the sessions that came through it, and nobody locks themselves out", async ({
  db,
}) => {
  const { id, slug } = await save(db, wanted());
  const [admin, other] = [await makeUser(db, "admin"), await makeUser(db, "developer")];
  const browser = { userAgent: null, address: null, replaces: null };
  for (const user of [admin, other]) {
    const [account] = await db
      .insert(accounts)
      .values({
        userId: user.id,
        connectionId: id,
        issuer: "https://id.example.com",
        subject: user.id,
        name: "x",
      })
      .returning();
    await startSession(as(db), { userId: user.id, accountId: account!.id, via: "provider", browser });
  }
  await expect(setProviderState(as(db, admin), { id, isOn: false })).rejects.toThrow(/no other way in/);
  await expect(removeProvider(as(db, admin), { id })).rejects.toThrow(/no other way in/);
  expect(await db.select().from(sessions).where(eq(sessions.userId, other.id))).toHaveLength(1);

  const { id: second } = await save(db, wanted());
  await db.insert(accounts).values({
    userId: admin.id,
    connectionId: second,
    issuer: "https://two.example",
    subject: "a",
    name: "x",
  });
  await setProviderState(as(db, admin), { id, isOn: false });
  expect(await db.select().from(sessions).where(eq(sessions.userId, other.id))).toEqual([]);
  expect((await readOfferedProviders(as(db))).map((way) => way.slug)).not.toContain(slug);
  await removeProvider(as(db, admin), { id });
  expect((await db.select().from(accounts).where(eq(accounts.userId, other.id)))[0]?.connectionId).toBeNull();
  expect(await db.select().from(connectionSecrets).where(eq(connectionSecrets.connectionId, id))).toEqual([]);
});

test("the environment seeds one provider of each kind, once, and renews only its secret", async ({ db }) => {
  for (const { id } of await listProviders(as(db)))
    await db.delete(connections).where(eq(connections.id, id));
  const env = {
    OIDC_ISSUER: "http://127.0.0.1:4199",
    OIDC_CLIENT_ID: "milepost",
    OIDC_CLIENT_SECRET: "first",
    OIDC_PRIVATE_RANGES: ["10.1.0.0/16"],
    AUTH_GITHUB_ID: "gh",
    AUTH_GITHUB_SECRET: "gh-secret",
    AUTH_GOOGLE_ID: undefined,
    AUTH_GOOGLE_SECRET: undefined,
  };
  const start = (changed: object = {}) =>
    ensureSeededProviders(as(db, systemActor("Start")), { ...env, ...changed }, testKeyring);
  await Promise.all([start(), start()]);
  await start();
  const [openid, github, ...more] = await listProviders(as(db));
  expect(more).toEqual([]);
  expect(openid).toMatchObject({ slug: "openid", isSeeded: true, settings: { admits: "everyone" } });
  expect(openid!.settings.privateRanges).toEqual(["10.1.0.0/16", "127.0.0.0/8", "::1/128"]);
  // Anybody in the world has a GitHub account.
  expect(github).toMatchObject({ slug: "github", settings: { admits: "known" } });

  await start({ OIDC_CLIENT_SECRET: "second" });
  expect(await openClientSecret(as(db), testKeyring, openid!.id)).toBe("second");
  const { slug, name, settings } = openid!;
  await save(db, { id: openid!.id, slug, name, settings, clientSecret: "from the page" });
  await start({ OIDC_CLIENT_SECRET: "third" });
  expect(await openClientSecret(as(db), testKeyring, openid!.id)).toBe("from the page");
});
