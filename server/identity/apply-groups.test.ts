import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { connections } from "#db/schema/core.ts";
import { accounts, apiTokens, groupRoles, users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { readEvents } from "#server/audit/read.ts";
import type { Role } from "#server/core/actor.ts";
import { as, test } from "#server/testing/database.ts";
import { applyGroups } from "./apply-groups.ts";

async function addProvider(db: Db, provider: string): Promise<string> {
  const [row] = await db
    .insert(connections)
    .values({ kind: "sign-in", name: `Provider ${randomUUID()}`, settings: { protocol: provider } })
    .returning({ id: connections.id });
  return row?.id ?? "";
}

async function addUser(
  db: Db,
  connectionId: string,
  groupNames: string[],
  more: Partial<typeof users.$inferInsert> = {},
): Promise<string> {
  const [user] = await db
    .insert(users)
    .values({ name: "Somebody", role: "guest", ...more })
    .returning({ id: users.id });
  const userId = user?.id ?? "";
  const subject = randomUUID();
  await db
    .insert(accounts)
    .values({ userId, connectionId, issuer: "https://id.test", subject, name: "x", groupNames });
  return userId;
}

const map = (db: Db, connectionId: string, groupName: string, role: Role, guestGroupRefs: string[] = []) =>
  db
    .insert(groupRoles)
    .values({ source: "claim", connectionId, groupName, role, guestGroupRefs, createdByName: "A test" });

async function roleOf(db: Db, id: string) {
  const [row] = await db
    .select({ role: users.role, limits: users.guestGroupRefs })
    .from(users)
    .where(eq(users.id, id));
  return row;
}

test("the strongest group wins, of this provider alone, and the change is recorded", async ({ db }) => {
  const [ours, other] = [await addProvider(db, "oidc"), await addProvider(db, "oidc")];
  await map(db, ours, "staff", "developer");
  await map(db, ours, "operators", "platform");
  const id = await addUser(db, ours, ["staff", "operators", "unknown"]);
  const elsewhere = await addUser(db, other, ["operators"]);
  await applyGroups(as(db), { userIds: [id, elsewhere] });
  expect(await roleOf(db, id)).toEqual({ role: "platform", limits: [] });
  expect(await roleOf(db, elsewhere)).toEqual({ role: "developer", limits: [] });
  const { rows } = await readEvents(as(db), { subject: id });
  expect(rows).toMatchObject([
    { type: "person.role-changed", payload: { from: "guest", to: "platform", rule: "the group operators" } },
  ]);
  const { rows: elsewhereRows } = await readEvents(as(db), { subject: elsewhere });
  expect(elsewhereRows).toMatchObject([
    { payload: { rule: "what everybody has whom no group gives a role" } },
  ]);
  expect(await applyGroups(as(db), { userIds: [id, elsewhere] })).toEqual([]);
});

test("a guest sees what all guest groups name together, and nothing of a group that was left", async ({
  db,
}) => {
  const provider = await addProvider(db, "oidc");
  await map(db, provider, "partner a", "guest", ["group:default/a"]);
  await map(db, provider, "partner b", "guest", ["group:default/b", "group:default/a"]);
  const id = await addUser(db, provider, ["partner a", "partner b"]);
  await applyGroups(as(db), { userIds: [id] });
  expect(await roleOf(db, id)).toEqual({ role: "guest", limits: ["group:default/a", "group:default/b"] });
  await db
    .update(accounts)
    .set({ groupNames: ["partner a"] })
    .where(eq(accounts.userId, id));
  await applyGroups(as(db), { userIds: [id] });
  expect(await roleOf(db, id)).toEqual({ role: "guest", limits: ["group:default/a"] });
});

test("a role given by hand stays, and so does that of a demo person", async ({ db }) => {
  const provider = await addProvider(db, "oidc");
  const byHand = await addUser(db, provider, [], { role: "admin", roleSource: "admin" });
  const first = await addUser(db, provider, [], { role: "admin", roleSource: "setup" });
  const demo = await addUser(db, provider, [], { role: "leader", isDemo: true });
  await applyGroups(as(db), "everybody");
  expect(await Promise.all([byHand, first, demo].map((id) => roleOf(db, id)))).toMatchObject([
    { role: "admin" },
    { role: "admin" },
    { role: "leader" },
  ]);
});

test("somebody's own tokens that are stronger than their new role end", async ({ db }) => {
  const provider = await addProvider(db, "oidc");
  const id = await addUser(db, provider, [], { role: "platform" });
  const [strong, weak] = [randomUUID(), randomUUID()];
  const token = (name: string, role: Role) => ({
    ...{ name, role, tokenHash: Buffer.from(name), hint: "abcd", scopes: ["read" as const] },
    ...{ createdBy: id, createdByName: "x", expiresAt: new Date(Date.now() + 1e6) },
  });
  await db.insert(apiTokens).values([token(strong, "platform"), token(weak, "developer")]);
  await applyGroups(as(db), { userIds: [id] });
  const rows = await db
    .select({ name: apiTokens.name, revokedAt: apiTokens.revokedAt })
    .from(apiTokens)
    .where(eq(apiTokens.createdBy, id));
  expect(rows.find(({ name }) => name === strong)?.revokedAt).toBeInstanceOf(Date);
  expect(rows.find(({ name }) => name === weak)?.revokedAt).toBeNull();
});
