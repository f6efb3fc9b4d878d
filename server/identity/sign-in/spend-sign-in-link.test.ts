import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { accounts, signInLinks, users } from "#db/schema/identity.ts";
import { readEvents } from "#server/audit/read.ts";
import { sessionCookieName } from "#server/auth/cookie.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { anonymous, systemActor } from "#server/core/actor.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { makeSignInLink } from "./make-sign-in-link.ts";
import { spendSignInLink } from "./spend-sign-in-link.ts";

const browser = { userAgent: "Test", address: "192.0.2.1", replaces: null };
const machine = systemActor("Command line");
const use = (db: Parameters<typeof as>[0], token: string, at?: Date) =>
  spendSignInLink(as(db, anonymous, at), { token, browser });

test("a link signs its person in once, and only its hash is kept", async ({ db }) => {
  const user = await makeUser(db, "admin");
  const { token } = await makeSignInLink(as(db, machine), { user: user.id });
  expect(JSON.stringify(await db.select().from(signInLinks))).not.toContain(token);
  const { sessionToken } = await use(db, token);
  const carried = { cookie: `${sessionCookieName()}=${sessionToken}`, authorization: null };
  expect(await resolveActor(db, carried, new Date())).toMatchObject({ kind: "user", id: user.id });
  await expect(use(db, token)).rejects.toMatchObject({ failure: "link" });
  const { rows } = await readEvents(as(db), { subject: user.id });
  expect(rows.map(({ type }) => type).sort()).toEqual(["session.started", "sign-in-link.made"]);
  expect(JSON.stringify(rows)).not.toContain(token);
});

test("two uses at the same moment start one session", async ({ db }) => {
  const user = await makeUser(db, "admin");
  const { token } = await makeSignInLink(as(db, machine), { user: user.id });
  const tries = await Promise.allSettled([use(db, token), use(db, token), use(db, token)]);
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a link is worth nothing after ten minutes, for a disabled person, or made up", async ({ db }) => {
  const user = await makeUser(db, "developer");
  const { token, expiresAt } = await makeSignInLink(as(db, machine), { user: user.id });
  await expect(use(db, token, expiresAt)).rejects.toMatchObject({ failure: "link" });
  await expect(use(db, "x".repeat(43))).rejects.toMatchObject({ failure: "link" });
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, user.id));
  await expect(use(db, token)).rejects.toMatchObject({ code: "forbidden" });
  await expect(makeSignInLink(as(db, machine), { user: user.id })).rejects.toThrow(/is disabled/);
});

test("somebody is named by id, ref, login or subject, and never by a guess among several", async ({ db }) => {
  const [ana, ben] = [
    await makeUser(db, "admin", { personRef: "user:default/ana" }),
    await makeUser(db, "admin"),
  ];
  const account = { issuer: "https://id.test", name: "x" };
  await db.insert(accounts).values({ ...account, userId: ana.id, subject: "s-1", login: "Ana-Gh" });
  await db.insert(accounts).values({ ...account, userId: ben.id, subject: "s-2", login: "ben" });
  await db.insert(accounts).values({ ...account, userId: ana.id, subject: "s-3", login: "ben" });
  for (const user of [ana.id, ana.id.toUpperCase(), "User:default/ana", "ana-gh", "s-1"])
    expect(await makeSignInLink(as(db, machine), { user })).toMatchObject({ userId: ana.id });
  await expect(makeSignInLink(as(db, machine), { user: "ben" })).rejects.toThrow(/several people/);
  await expect(makeSignInLink(as(db, machine), { user: "nobody" })).rejects.toThrow(/^Nobody here/);
});

test("only the machine makes links", async ({ db }) => {
  await expect(makeSignInLink(as(db, person("admin")), { user: "x" })).rejects.toMatchObject({
    code: "forbidden",
  });
});
