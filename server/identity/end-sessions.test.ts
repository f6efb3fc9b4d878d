import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { accounts } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { sessionCookieName } from "#server/auth/cookie.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { type Actor, anonymous } from "#server/core/actor.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { endOwnSessions, endSession, endSessionsOf } from "./end-sessions.ts";
import { readOwnAccounts, readOwnSessions } from "./read-sessions.ts";
import { startSession } from "./start-session.ts";
import { unlinkAccount } from "./unlink-account.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** Starts a session and answers with the actor that it makes. */
async function begin(
  db: Db,
  userId: string,
  accountId: string | null = null,
): Promise<Actor & { kind: "user" }> {
  const browser = { userAgent: firefox, address: "192.0.2.7", replaces: null };
  const { sessionToken } = await startSession(as(db), { userId, accountId, via: "provider", browser });
  const carried = { cookie: `${sessionCookieName()}=${sessionToken}`, authorization: null };
  return Object.assign((await resolveActor(db, carried, new Date())) as Actor & { kind: "user" }, {
    carried,
  });
}

const isLive = async (db: Db, actor: Actor) =>
  (await resolveActor(db, (actor as unknown as { carried: never }).carried, new Date())) !== anonymous;

test("the list names browser, address and the session that asks, and nobody else's", async ({ db }) => {
  const [user, other] = [await makeUser(db, "developer"), await makeUser(db, "developer")];
  const [here, there] = [await begin(db, user.id), await begin(db, user.id)];
  await begin(db, other.id);
  const rows = await readOwnSessions(as(db, here));
  expect(rows).toHaveLength(2);
  expect(rows.every((row) => row.browser === "Firefox on Linux" && row.address === "192.0.2.7")).toBe(true);
  expect(rows.find((row) => row.isCurrent)?.id).toBe(here.session?.id);
  expect(rows.find((row) => !row.isCurrent)?.id).toBe(there.session?.id);
});

test("a session is ended from another one, but not somebody else's", async ({ db }) => {
  const [user, other] = [await makeUser(db, "developer"), await makeUser(db, "admin")];
  const [here, there, theirs] = [
    await begin(db, user.id),
    await begin(db, user.id),
    await begin(db, other.id),
  ];
  await endSession(as(db, here), { id: there.session!.id });
  expect([await isLive(db, here), await isLive(db, there)]).toEqual([true, false]);
  await expect(endSession(as(db, here), { id: theirs.session!.id })).rejects.toMatchObject({
    code: "not_found",
  });
  expect(await isLive(db, theirs)).toBe(true);
});

test("signing out elsewhere spares this browser, everywhere does not", async ({ db }) => {
  const user = await makeUser(db, "developer");
  const [here, there] = [await begin(db, user.id), await begin(db, user.id)];
  expect(await endOwnSessions(as(db, here), { which: "others" })).toEqual({ ended: 1 });
  expect([await isLive(db, here), await isLive(db, there)]).toEqual([true, false]);
  expect(await endOwnSessions(as(db, here), { which: "all" })).toEqual({ ended: 1 });
  expect(await isLive(db, here)).toBe(false);
});

test("an admin ends all sessions of somebody; others may not", async ({ db }) => {
  const [user, admin] = [await makeUser(db, "developer"), await makeUser(db, "admin")];
  const theirs = await begin(db, user.id);
  for (const role of ["developer", "leader", "platform"] as const)
    await expect(endSessionsOf(as(db, await makeUser(db, role)), { userId: user.id })).rejects.toMatchObject({
      code: "forbidden",
    });
  expect(await endSessionsOf(as(db, admin), { userId: user.id })).toEqual({ ended: 1 });
  expect(await isLive(db, theirs)).toBe(false);
});

test("a linked sign-in can be taken away, but not the last one, nor the one that is in use", async ({
  db,
}) => {
  const user = await makeUser(db, "developer");
  const add = async () => {
    const values = { userId: user.id, issuer: "https://id.test", subject: randomUUID(), name: "x" };
    const [row] = await db.insert(accounts).values(values).returning();
    return row!.id;
  };
  const first = await add();
  const here = await begin(db, user.id, first);
  await expect(unlinkAccount(as(db, here), { id: first })).rejects.toThrow(/only way/);
  const second = await add();
  const there = await begin(db, user.id, second);
  await expect(unlinkAccount(as(db, here), { id: first })).rejects.toThrow(/just now/);
  expect((await readOwnAccounts(as(db, here))).find((row) => row.isCurrent)?.id).toBe(first);
  await unlinkAccount(as(db, here), { id: second });
  expect(await isLive(db, there)).toBe(false);
  expect(await readOwnAccounts(as(db, here))).toHaveLength(1);
});
