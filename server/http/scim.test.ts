import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import SCIMMY from "scimmy";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connections } from "#db/schema/core.ts";
import { accounts, apiTokens, groupRoles, sessions, users } from "#db/schema/identity.ts";
import { readEvents } from "#server/audit/read.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { anonymous } from "#server/core/actor.ts";
import { sha256 } from "#server/core/crypto.ts";
import {
  connectScim,
  disconnectScim,
  readScimConnections,
  renewScimToken,
} from "#server/identity/scim/connections.ts";
import { matchScimAtSignIn } from "#server/identity/scim/match-at-sign-in.ts";
import { as, copyDatabase, type DatabaseCopy } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { serveRoutes } from "#server/testing/serve-routes.ts";
import { scimRoutes } from "./scim.ts";

let copy: DatabaseCopy;
let server: Awaited<ReturnType<typeof serveRoutes>>;
let provider: string;
let directory: { id: string; token: string };

beforeAll(async () => {
  copy = await copyDatabase();
  const { db } = copy.pool;
  server = await serveRoutes(db, scimRoutes);
  const [row] = await db
    .insert(connections)
    .values({ kind: "sign-in", name: "Company", settings: {} })
    .returning({ id: connections.id });
  provider = row!.id;
  directory = await connectScim(as(db), { name: "Okta", providerId: provider });
});
afterAll(async () => {
  await server.close();
  await copy.drop();
});

type Answer = {
  status: number;
  type: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what a SCIM server answers is for each test to check
  body: any;
};

async function ask(method: string, path: string, body?: unknown, token = directory.token): Promise<Answer> {
  const response = await fetch(`${server.address}/api/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: text === "" ? null : JSON.parse(text),
  };
}

const newUser = (externalId: string, more: object = {}) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: `${externalId}@example.com`,
  externalId,
  name: { givenName: "Ana", familyName: "Lima" },
  emails: [{ primary: true, value: `${externalId}@example.com`, type: "work" }],
  active: true,
  ...more,
});

/** Somebody who has signed in with this subject, has a session and a token of their own. */
async function signedIn(subject: string, providerId = provider, email: string | null = null) {
  const { db } = copy.pool;
  const user = await makeUser(db, "developer");
  await db.update(users).set({ roleSource: "groups", email }).where(eq(users.id, user.id));
  const [account] = await db
    .insert(accounts)
    .values({
      userId: user.id,
      connectionId: providerId,
      issuer: "https://id.example.com",
      subject,
      name: user.name,
      email,
      claims: { sub: subject, oid: `oid-${subject}` },
    })
    .returning({ id: accounts.id });
  const cookie = `session-${randomUUID()}`;
  const later = new Date(Date.now() + 86_400_000);
  await db.insert(sessions).values({ tokenHash: sha256(cookie), userId: user.id, expiresAt: later });
  await db.insert(apiTokens).values({
    name: randomUUID(),
    tokenHash: sha256(`mp_${cookie}`),
    hint: "xxxx",
    role: "developer",
    scopes: ["read"],
    createdBy: user.id,
    createdByName: user.name,
    expiresAt: later,
  });
  const asked = (carried: { cookie: string | null; authorization: string | null }) =>
    resolveActor(db, carried, new Date());
  return {
    userId: user.id,
    accountId: account!.id,
    byCookie: () => asked({ cookie: `milepost_session=${cookie}`, authorization: null }),
    byToken: () => asked({ cookie: null, authorization: `Bearer mp_${cookie}` }),
  };
}

const replaceActive = (value: unknown) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "Replace", path: "active", value }],
});

describe("who may write", () => {
  test.each(["", "scim_wrong", "mp_wrong", "Bearer"])(
    "the token %j is refused in SCIM's own shape",
    async (token) => {
      const answer = await ask("GET", "/Users", undefined, token);
      expect(answer).toMatchObject({
        status: 401,
        body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "401" },
      });
      expect(answer.type).toContain("application/scim+json");
    },
  );

  test("only the hash of a token is kept, a new one ends the one before, and one directory sees nothing of another", async () => {
    const { db } = copy.pool;
    const other = await connectScim(as(db), { name: "Other", providerId: provider });
    expect(JSON.stringify(await db.select().from(connections))).not.toContain(other.token);
    expect(JSON.stringify(await readScimConnections(as(db)))).not.toContain(
      sha256(other.token).toString("hex"),
    );
    const made = await ask("POST", "/Users", newUser("only-okta"));
    expect((await ask("GET", `/Users/${made.body.id}`, undefined, other.token)).status).toBe(404);
    expect((await ask("DELETE", `/Users/${made.body.id}`, undefined, other.token)).status).toBe(404);
    const renewed = await renewScimToken(as(db), { id: other.id });
    expect((await ask("GET", "/Users", undefined, other.token)).status).toBe(401);
    expect((await ask("GET", "/Users", undefined, renewed.token)).body.totalResults).toBe(0);
    await disconnectScim(as(db), { id: other.id });
    expect((await ask("GET", "/Users", undefined, renewed.token)).status).toBe(401);
  });

  test.each(["developer", "leader", "platform"] as const)("a %s cannot connect a directory", async (role) => {
    const actor = await makeUser(copy.pool.db, role);
    const attempt = connectScim(as(copy.pool.db, actor), { name: "Mine", providerId: provider });
    await expect(attempt).rejects.toMatchObject({ code: "forbidden", rule: "identity.scim" });
  });
});

describe("users", () => {
  test("an independent implementation reads what is answered", async () => {
    const made = await ask("POST", "/Users", { ...newUser("scimmy"), password: "canary-password" });
    expect(made.status).toBe(201);
    expect(made.body.meta.location).toMatch(
      new RegExp(`^http://127.0.0.1.*/api/scim/v2/Users/${made.body.id}$`),
    );
    expect(JSON.stringify(made.body)).not.toContain("canary-password");
    const read = new SCIMMY.Schemas.User(made.body, "out");
    expect(read).toMatchObject({
      userName: "scimmy@example.com",
      name: { familyName: "Lima" },
      active: true,
    });
    const list = await ask("GET", `/Users?filter=${encodeURIComponent('userName eq "SCIMMY@example.com"')}`);
    expect(list.body).toMatchObject({ totalResults: 1, itemsPerPage: 1, startIndex: 1 });
    expect(new SCIMMY.Messages.ListResponse(list.body.Resources, {}).totalResults).toBe(1);
    const config = await ask("GET", "/ServiceProviderConfig");
    expect(config.body).toMatchObject({ patch: { supported: true }, filter: { supported: true } });
    expect((await ask("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User")).body.name).toBe("User");
  });

  test("PATCH gives what an independent implementation makes of the same operations", async () => {
    const made = await ask("POST", "/Users", newUser("patched"));
    const patch: ConstructorParameters<typeof SCIMMY.Messages.PatchOp>[0] = {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [
        { op: "replace", path: "name.familyName", value: "Sousa" },
        { op: "add", value: { displayName: "Ana Sousa" } },
        { op: "replace", path: 'emails[type eq "work"].value', value: "sousa@example.com" },
        { op: "remove", path: "externalId" },
      ],
    };
    const theirs = await new SCIMMY.Messages.PatchOp(patch).apply(new SCIMMY.Schemas.User(made.body, "out"));
    const ours = await ask("PATCH", `/Users/${made.body.id}`, patch);
    expect(ours.body.detail).toBeUndefined();
    expect(ours).toMatchObject({ status: 200 });
    for (const field of ["userName", "displayName", "name", "emails", "active", "externalId"])
      expect(ours.body[field], field).toEqual(
        JSON.parse(JSON.stringify((theirs as unknown as Record<string, unknown>)[field] ?? null)) ??
          undefined,
      );
  });

  test("a name is taken once, whatever its case", async () => {
    await ask("POST", "/Users", newUser("twin"));
    const second = await ask("POST", "/Users", newUser("twin2", { userName: "TWIN@example.com" }));
    expect(second).toMatchObject({ status: 409, body: { scimType: "uniqueness", status: "409" } });
    const other = await ask("POST", "/Users", newUser("twin3"));
    const renamed = await ask(
      "PUT",
      `/Users/${other.body.id}`,
      newUser("twin3", { userName: "twin@example.com" }),
    );
    expect(renamed.status).toBe(409);
  });

  test.each([
    ['userName eq "filter-a@example.com"', 1],
    ['externalId eq "filter-a"', 1],
    ['externalId eq "FILTER-A"', 0],
    ['userName sw "filter-" and active eq true', 2],
    ['userName sw "filter-" and not (externalId eq "filter-a")', 1],
    ['emails.value eq "filter-b@example.com" or userName eq "nobody"', 1],
    ['userName co "ilter-" and meta.created gt "2020-01-01T00:00:00Z"', 2],
    ['userName ew "er-a@example.com"', 1],
  ])("the filter %s finds %i", async (filter, count) => {
    for (const id of ["filter-a", "filter-b"]) await ask("POST", "/Users", newUser(id));
    const answer = await ask("GET", `/Users?filter=${encodeURIComponent(filter)}`);
    expect(answer.body.totalResults).toBe(count);
  });

  test.each([
    "userName",
    'userName eq "',
    'password eq "x"',
    "((((".repeat(20),
    'active gt "x"',
    "' or 1=1 --",
  ])("the filter %s is refused with its reason", async (filter) => {
    const answer = await ask("GET", `/Users?filter=${encodeURIComponent(filter)}`);
    expect(answer).toMatchObject({ status: 400, body: { scimType: "invalidFilter" } });
  });

  test.each([
    ["POST", "/Users", { userName: "" }, 400],
    ["POST", "/Users", [], 400],
    ["PATCH", "/Users/nonsense", replaceActive(true), 404],
    ["GET", `/Users/${randomUUID()}`, undefined, 404],
    ["GET", "/Users?count=x", undefined, 400],
  ] as const)("%s %s with %j is answered with %i", async (method, path, body, status) => {
    expect(await ask(method, path, body)).toMatchObject({ status, body: { status: String(status) } });
  });

  test("pages by startIndex and count without leaving anybody out", async () => {
    const all = (await ask("GET", "/Users?count=200")).body;
    const ids: string[] = [];
    for (let start = 1; start <= all.totalResults; start += 3)
      ids.push(
        ...(await ask("GET", `/Users?startIndex=${start}&count=3`)).body.Resources.map(
          (one: { id: string }) => one.id,
        ),
      );
    expect(ids).toEqual(all.Resources.map((one: { id: string }) => one.id));
    expect((await ask("GET", "/Users?count=0")).body).toMatchObject({
      totalResults: all.totalResults,
      Resources: [],
    });
  });
});

describe("leavers", () => {
  test.each([[false], ["False"]])(
    "switched off by %j: the next request finds neither session nor token",
    async (value) => {
      const subject = `leaver-${typeof value}`;
      const person = await signedIn(subject);
      const made = await ask("POST", "/Users", newUser(subject));
      expect(await person.byCookie()).toMatchObject({ id: person.userId });
      expect((await ask("PATCH", `/Users/${made.body.id}`, replaceActive(value))).body.active).toBe(false);
      expect(await person.byCookie()).toEqual(anonymous);
      expect(await person.byToken()).toEqual(anonymous);
      const [user] = await copy.pool.db.select().from(users).where(eq(users.id, person.userId));
      expect(user).toMatchObject({ disabledVia: "scim", disabledReason: "Switched off in Okta" });
      const { rows } = await readEvents(as(copy.pool.db), { subject: person.userId });
      expect(rows.map((row) => row.type)).toContain("person.disabled");
      await ask("PATCH", `/Users/${made.body.id}`, replaceActive(true));
      const [again] = await copy.pool.db.select().from(users).where(eq(users.id, person.userId));
      expect(again?.disabledAt).toBeNull();
      expect(await person.byCookie()).toEqual(anonymous);
    },
  );

  test("whom an admin keeps out the directory does not let in", async () => {
    const person = await signedIn("kept-out");
    const made = await ask("POST", "/Users", newUser("kept-out"));
    await copy.pool.db
      .update(users)
      .set({ disabledAt: new Date(), disabledVia: "admin" })
      .where(eq(users.id, person.userId));
    await ask("PATCH", `/Users/${made.body.id}`, replaceActive(true));
    const [user] = await copy.pool.db.select().from(users).where(eq(users.id, person.userId));
    expect(user?.disabledAt).not.toBeNull();
  });

  test("an account that was unlinked or moved meanwhile is switched off all the same", async () => {
    const person = await signedIn("moved-away");
    const made = await ask("POST", "/Users", newUser("moved-away"));
    await copy.pool.db
      .update(accounts)
      .set({ connectionId: null, subject: "another" })
      .where(eq(accounts.id, person.accountId));
    await ask("PATCH", `/Users/${made.body.id}`, replaceActive(false));
    expect(await person.byCookie()).toEqual(anonymous);
    await expect(matchScimAtSignIn(as(copy.pool.db), person)).rejects.toThrow();
  });

  test("who gets another externalId is somebody else: the former keeps nothing of the directory", async () => {
    const { db } = copy.pool;
    const former = await signedIn("former");
    const next = await signedIn("next");
    const user = (await ask("POST", "/Users", newUser("former"))).body;
    await ask("POST", "/Groups", { displayName: "Swapped", members: [{ value: user.id }] });
    await db.insert(groupRoles).values({
      source: "scim",
      connectionId: directory.id,
      groupName: "Swapped",
      role: "leader",
      createdByName: "A test",
    });
    const groups = await ask("PUT", `/Users/${user.id}`, newUser("former"));
    expect(groups.status).toBe(200);
    const roleOf = async (id: string) => (await db.select().from(users).where(eq(users.id, id)))[0]?.role;
    expect([await roleOf(former.userId), await roleOf(next.userId)]).toEqual(["leader", "developer"]);
    await ask("PUT", `/Users/${user.id}`, newUser("former", { externalId: "next" }));
    expect([await roleOf(former.userId), await roleOf(next.userId)]).toEqual(["developer", "leader"]);
  });

  test("people are not matched by an e-mail claim", async () => {
    const attempt = connectScim(as(copy.pool.db), {
      name: "Mail",
      providerId: provider,
      matchClaim: "Email",
    });
    await expect(attempt).rejects.toThrow(/e-mail/);
  });

  test("removing a user ends their access", async () => {
    const person = await signedIn("removed");
    const made = await ask("POST", "/Users", newUser("removed"));
    expect((await ask("DELETE", `/Users/${made.body.id}`)).status).toBe(204);
    expect(await person.byCookie()).toEqual(anonymous);
    expect((await ask("GET", `/Users/${made.body.id}`)).status).toBe(404);
  });

  test("nobody is found by an e-mail address, a user name or another provider's subject", async () => {
    const { db } = copy.pool;
    const [row] = await db
      .insert(connections)
      .values({ kind: "sign-in", name: "Elsewhere", settings: {} })
      .returning({ id: connections.id });
    const byMail = await signedIn("unrelated", provider, "same@example.com");
    const elsewhere = await signedIn("same-subject", row!.id);
    const made = await ask("POST", "/Users", newUser("same-subject", { userName: "same@example.com" }));
    await ask("PATCH", `/Users/${made.body.id}`, replaceActive(false));
    expect(await byMail.byCookie()).toMatchObject({ id: byMail.userId });
    expect(await elsewhere.byCookie()).toMatchObject({ id: elsewhere.userId });
  });

  test("whom the directory switched off before their first visit does not get in", async () => {
    const { db } = copy.pool;
    await ask("POST", "/Users", newUser("early", { active: false }));
    const person = await signedIn("early");
    await expect(matchScimAtSignIn(as(db), person)).rejects.toThrow();
    const welcome = await signedIn("welcome");
    await ask("POST", "/Users", newUser("welcome"));
    await expect(matchScimAtSignIn(as(db), welcome)).resolves.toBeUndefined();
  });

  test("a directory that matches by another claim finds people by it", async () => {
    const { db } = copy.pool;
    const entra = await connectScim(as(db), { name: "Entra", providerId: provider, matchClaim: "oid" });
    const person = await signedIn("pairwise");
    const made = await ask("POST", "/Users", newUser("oid-pairwise"), entra.token);
    await ask("PATCH", `/Users/${made.body.id}`, replaceActive("False"), entra.token);
    expect(await person.byCookie()).toEqual(anonymous);
  });
});

describe("groups", () => {
  const newGroup = (displayName: string, members: string[] = []) => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName,
    members: members.map((value) => ({ value })),
  });
  const patch = (...Operations: object[]) => ({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations,
  });
  const roleOf = async (userId: string) =>
    (await copy.pool.db.select({ role: users.role }).from(users).where(eq(users.id, userId)))[0]?.role;

  test("a mapped group gives its role as members come and go, in the dialects of Okta and Entra", async () => {
    const { db } = copy.pool;
    const person = await signedIn("member");
    const user = (await ask("POST", "/Users", newUser("member"))).body;
    await db.insert(groupRoles).values({
      source: "scim",
      connectionId: directory.id,
      groupName: "Platform",
      role: "platform",
      createdByName: "A test",
    });
    const group = (await ask("POST", "/Groups", newGroup("Platform"))).body;
    expect(await roleOf(person.userId)).toBe("developer");
    const added = patch({ op: "Add", path: "members", value: [{ value: user.id }] });
    expect((await ask("PATCH", `/Groups/${group.id}`, added)).body.members).toMatchObject([
      { value: user.id },
    ]);
    expect((await ask("PATCH", `/Groups/${group.id}`, added)).body.members).toHaveLength(1);
    expect(await roleOf(person.userId)).toBe("platform");
    expect((await ask("GET", `/Users/${user.id}`)).body.groups).toMatchObject([{ display: "Platform" }]);
    expect((await ask("GET", `/Groups/${group.id}?excludedAttributes=members`)).body).not.toHaveProperty(
      "members",
    );
    await ask(
      "PATCH",
      `/Groups/${group.id}`,
      patch({ op: "remove", path: `members[value eq "${user.id}"]` }),
    );
    expect(await roleOf(person.userId)).toBe("developer");
    await ask("PUT", `/Groups/${group.id}`, newGroup("Platform", [user.id]));
    expect(await roleOf(person.userId)).toBe("platform");
    await ask(
      "PATCH",
      `/Groups/${group.id}`,
      patch({ op: "Remove", path: "members", value: [{ value: user.id }] }),
    );
    expect(await roleOf(person.userId)).toBe("developer");
    await ask("PATCH", `/Groups/${group.id}`, patch({ op: "replace", value: { displayName: "Other name" } }));
    expect((await ask("GET", `/Groups/${group.id}`)).body.displayName).toBe("Other name");
    expect((await ask("DELETE", `/Groups/${group.id}`)).status).toBe(204);
  });

  test("a member has to be a user of this directory, and a refused change leaves all as it was", async () => {
    const user = (await ask("POST", "/Users", newUser("steady"))).body;
    const group = (await ask("POST", "/Groups", newGroup("Steady", [user.id]))).body;
    const refused = await ask("PUT", `/Groups/${group.id}`, newGroup("Steady", [randomUUID()]));
    expect(refused).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
    expect((await ask("GET", `/Groups/${group.id}`)).body.members).toMatchObject([{ value: user.id }]);
    expect((await ask("POST", "/Groups", newGroup("Steady"))).status).toBe(409);
    const found = await ask("GET", `/Groups?filter=${encodeURIComponent(`displayName eq "steady"`)}`);
    expect(found.body.totalResults).toBe(1);
  });
});
