import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { users } from "#db/schema/identity.ts";
import { readEvents } from "#server/audit/read.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { disablePerson } from "./disable-person.ts";
import { endAccess } from "./end-access.ts";
import { grantAdmin } from "./grant-admin.ts";

test("whoever runs the machine makes an admin, also of somebody who was kept out", async ({ db }) => {
  const user = await makeUser(db, "developer");
  await endAccess(as(db), { userId: user.id, reason: "left", via: "scim" });
  expect(await grantAdmin(as(db), { user: user.id })).toEqual({ userId: user.id, userName: user.name });
  const [row] = await db.select().from(users).where(eq(users.id, user.id));
  expect(row).toMatchObject({ role: "admin", roleSource: "admin", disabledAt: null });
  const { rows } = await readEvents(as(db), { subject: user.id });
  expect(rows.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["person.enabled", "person.role-changed"]),
  );
});

test("nobody who is signed in can, not even an admin", async ({ db }) => {
  const admin = await makeUser(db, "admin");
  await expect(grantAdmin(as(db, admin), { user: admin.id })).rejects.toMatchObject({
    code: "forbidden",
    rule: "identity.grant-admin",
  });
});

test("an admin can keep out for good whom a directory switched off", async ({ db }) => {
  const user = await makeUser(db, "developer");
  await endAccess(as(db), { userId: user.id, reason: "Switched off", via: "scim" });
  await disablePerson(as(db), { userId: user.id, reason: "Gone for good" });
  const [row] = await db.select().from(users).where(eq(users.id, user.id));
  expect(row).toMatchObject({ disabledVia: "admin", disabledReason: "Gone for good" });
  await expect(disablePerson(as(db), { userId: user.id, reason: "again" })).rejects.toMatchObject({
    code: "conflict",
  });
});
