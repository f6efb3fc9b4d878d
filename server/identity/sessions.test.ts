import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { installation } from "#db/schema/core.ts";
import { sessions, users } from "#db/schema/identity.ts";
import { readEvents } from "#server/audit/read.ts";
import { sessionCookieName } from "#server/auth/cookie.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { anonymous } from "#server/core/actor.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { signInAsDemoPerson } from "./sign-in-as-demo-person.ts";
import { signOut } from "./sign-out.ts";

const day = 86_400_000;
const cookie = (token: string) => ({ cookie: `a=b; ${sessionCookieName()}=${token}`, authorization: null });
const browser = { userAgent: "Test", replaces: null };

test("a demo person signs in into a session of which only the hash is kept", async ({ db }) => {
  await db.insert(installation).values({ mode: "evaluation" }).onConflictDoNothing();
  const user = await makeUser(db, "developer", { isDemo: true, demoTitle: "A developer" });
  const started = await signInAsDemoPerson(as(db, anonymous), { personId: user.id }, browser);
  expect(await resolveActor(db, cookie(started.sessionToken), new Date())).toMatchObject({
    kind: "user",
    id: user.id,
  });
  const rows = await db.select().from(sessions).where(eq(sessions.userId, user.id));
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(started.sessionToken);
  const { rows: recorded } = await readEvents(as(db), { subject: user.id });
  expect(recorded).toMatchObject([{ type: "session.started", actorName: user.name }]);
});

test("a second sign-in in the same browser ends the first session", async ({ db }) => {
  await db.insert(installation).values({ mode: "evaluation" }).onConflictDoNothing();
  const user = await makeUser(db, "leader", { isDemo: true });
  const first = await signInAsDemoPerson(as(db, anonymous), { personId: user.id }, browser);
  const second = await signInAsDemoPerson(
    as(db, anonymous),
    { personId: user.id },
    { ...browser, replaces: first.sessionToken },
  );
  expect(await resolveActor(db, cookie(first.sessionToken), new Date())).toEqual(anonymous);
  expect(await resolveActor(db, cookie(second.sessionToken), new Date())).toMatchObject({ id: user.id });
});

test("a session ends by sign-out, by a week without a request, after a month, and with the person", async ({
  db,
}) => {
  await db.insert(installation).values({ mode: "evaluation" }).onConflictDoNothing();
  const user = await makeUser(db, "developer", { isDemo: true });
  const start = () => signInAsDemoPerson(as(db, anonymous), { personId: user.id }, browser);
  const later = (days: number) => new Date(Date.now() + days * day);

  const left = await start();
  await signOut(as(db, user), left.sessionToken);
  await signOut(as(db, user), left.sessionToken);
  expect(await resolveActor(db, cookie(left.sessionToken), new Date())).toEqual(anonymous);

  const idle = await start();
  expect(await resolveActor(db, cookie(idle.sessionToken), later(8))).toEqual(anonymous);

  const used = await start();
  for (let days = 5; days <= 29; days += 5)
    expect(await resolveActor(db, cookie(used.sessionToken), later(days))).toMatchObject({ id: user.id });
  expect(await resolveActor(db, cookie(used.sessionToken), later(30.1))).toEqual(anonymous);

  const disabled = await start();
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, user.id));
  expect(await resolveActor(db, cookie(disabled.sessionToken), new Date())).toEqual(anonymous);
});

test("nobody signs in as a person who is not of the demo, nor in production", async ({ db }) => {
  await db.insert(installation).values({ mode: "evaluation" }).onConflictDoNothing();
  const real = await makeUser(db, "admin");
  await expect(signInAsDemoPerson(as(db, anonymous), { personId: real.id }, browser)).rejects.toMatchObject({
    code: "not_found",
  });
  const demo = await makeUser(db, "admin", { isDemo: true });
  await db.update(installation).set({ mode: "production" });
  await expect(signInAsDemoPerson(as(db, anonymous), { personId: demo.id }, browser)).rejects.toMatchObject({
    code: "forbidden",
  });
  await db.update(installation).set({ mode: "evaluation" });
});
