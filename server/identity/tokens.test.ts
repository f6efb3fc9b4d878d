import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { apiTokens } from "#db/schema/identity.ts";
import { readEvents } from "#server/audit/read.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { anonymous } from "#server/core/actor.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser, person, tokenActor } from "#server/testing/people.ts";
import { createToken } from "./create-token.ts";
import type { CreateToken } from "./inputs.ts";
import { readTokens } from "./read.ts";
import { revokeToken } from "./revoke-token.ts";
import { createServiceAccount } from "./service-accounts/create-service-account.ts";
import { createServiceToken } from "./service-accounts/create-service-token.ts";

const wanted: Pick<CreateToken, "role" | "scopes"> = { role: "developer", scopes: ["read"] };
const bearer = (token: string) => ({ cookie: null, authorization: `Bearer ${token}` });

test("a token acts with its role and scopes, and only its hash is kept", async ({ db }) => {
  const admin = await makeUser(db, "admin");
  const made = await createToken(as(db, admin), { ...wanted, scopes: ["read", "read"], name: "CI" });
  expect(await resolveActor(db, bearer(made.token), new Date())).toMatchObject({
    kind: "token",
    role: "developer",
    scopes: ["read"],
  });
  const stored = await db.select().from(apiTokens).where(eq(apiTokens.id, made.id));
  expect(JSON.stringify(stored)).not.toContain(made.token);
  expect(JSON.stringify(await readTokens(as(db, admin)))).not.toContain(made.token);
  const { rows } = await readEvents(as(db, admin), { subject: made.id });
  expect(rows.map((row) => row.type)).toEqual(["token.created"]);
  expect(JSON.stringify(rows)).not.toContain(made.token);
});

test("a token ends when it expires and when it is revoked", async ({ db }) => {
  const admin = await makeUser(db, "admin");
  const made = await createToken(as(db, admin), { ...wanted, name: "Short", days: 1 });
  const dayAfter = new Date(Date.now() + 86_400_001);
  expect(await resolveActor(db, bearer(made.token), dayAfter)).toEqual(anonymous);
  await revokeToken(as(db, admin), { id: made.id });
  expect(await resolveActor(db, bearer(made.token), new Date())).toEqual(anonymous);
  await expect(revokeToken(as(db, admin), { id: made.id })).rejects.toMatchObject({ code: "not_found" });
});

test("the list says which service account a token belongs to", async ({ db }) => {
  const admin = await makeUser(db, "admin");
  const account = await createServiceAccount(as(db, admin), {
    name: "Release robot",
    role: "developer",
    groupRefs: [],
  });
  const ofAccount = await createServiceToken(as(db, admin), {
    serviceAccountId: account.id,
    name: "Robot's",
    scopes: ["read"],
    days: 1,
  });
  const own = await createToken(as(db, admin), { ...wanted, name: "My own" });
  const rows = new Map((await readTokens(as(db, admin))).map((row) => [row.id, row.serviceAccount]));
  expect([rows.get(ofAccount.id), rows.get(own.id)]).toEqual(["Release robot", null]);
});

test("a live name is taken, a revoked one is free again", async ({ db }) => {
  const admin = await makeUser(db, "admin");
  const made = await createToken(as(db, admin), { ...wanted, name: "Nightly" });
  await expect(createToken(as(db, admin), { ...wanted, name: "nightly" })).rejects.toMatchObject({
    code: "conflict",
    field: "name",
  });
  await revokeToken(as(db, admin), { id: made.id });
  await expect(createToken(as(db, admin), { ...wanted, name: "nightly" })).resolves.toMatchObject({
    id: expect.any(String),
  });
});

test.each([
  ["developer", "developer", "Only platform engineers"],
  ["leader", "developer", "Only platform engineers"],
  ["platform", "admin", "Only an admin"],
  ["platform", "leader", "Only an admin"],
] as const)("a %s cannot make a token with the role %s, and leaves no trace", async (own, role, words) => {
  await expect(
    createToken(as(null as never, person(own)), { ...wanted, role, name: "x" }),
  ).rejects.toMatchObject({
    code: "forbidden",
    message: expect.stringContaining(words),
  });
});

test("a token makes and revokes no tokens", async ({ db }) => {
  const actor = tokenActor("admin", ["read", "write"]);
  await expect(createToken(as(db, actor), { ...wanted, name: "child" })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(revokeToken(as(db, actor), { id: crypto.randomUUID() })).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("a bearer token that does not hold never falls back to the cookie", async ({ db }) => {
  const carried = { cookie: "milepost_session=whatever-is-here-12345", authorization: "Bearer mp_wrong" };
  expect(await resolveActor(db, carried, new Date())).toEqual(anonymous);
});
