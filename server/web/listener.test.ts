import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { rateLimits as limitsTable } from "#db/schema/core.ts";
import { rateLimits } from "#server/core/rate-limit.ts";
import { httpRoutes } from "#server/http/routes.ts";
import { createToken } from "#server/identity/create-token.ts";
import { type Answer, ask, type Sent } from "#server/testing/ask-listener.ts";
import { as, test as databaseTest } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { type ServedPortal, servePortal } from "#server/testing/serve-portal.ts";

const test = databaseTest.extend<{ portal: ServedPortal; reader: string }>({
  portal: async ({ db }, use) => {
    await db.delete(limitsTable);
    const portal = await servePortal(db);
    await use(portal);
    await portal.close();
  },
  reader: async ({ db }, use) => {
    const admin = as(db, await makeUser(db, "admin"));
    const made = await createToken(admin, { name: randomUUID(), role: "developer", scopes: ["read"] });
    await use(`Bearer ${made.token}`);
  },
});

const write = (address: string, body: string): Sent => ({
  method: "POST",
  headers: { origin: address, "content-type": "application/json" },
  body,
});

/** A badge is made to stand on pages of others, and to be kept for a while. */
const forOthers = { "cross-origin-resource-policy": "cross-origin", "cache-control": "public, max-age=60" };

function expectGuarded(answer: Answer, about: string, differs: Record<string, string> = {}): void {
  expect(answer.headers, about).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    ...differs,
  });
  const policy = answer.headers["content-security-policy"] ?? "";
  expect(policy, about).toContain("frame-ancestors 'none'");
  expect(policy, about).toContain("base-uri 'none'");
  expect(/script-src[^;]*unsafe-inline/.test(policy), about).toBe(false);
  expect(/script-src[^;]*nonce-|default-src 'none'/.test(policy), about).toBe(true);
}

const kinds: readonly [string, string, Sent, number][] = [
  ["a page", "/catalog?query=a", {}, 200],
  ["a page by HEAD", "/catalog", { method: "HEAD" }, 200],
  ["a procedure", "/api/trpc/catalog.list?batch=1", {}, 200],
  ["health", "/api/health/live", {}, 200],
  ["readiness", "/api/health/ready", {}, 503],
  ["nothing below /api/", "/api/nothing", {}, 404],
  ["nothing below the catalog's API", "/api/catalog/nothing", {}, 404],
  ["a wrong method", "/api/auth/demo", {}, 405],
  ["an address that cannot be read", "/%E0%A4%A", {}, 400],
  ["another host's address", "//evil.example/", {}, 400],
  ["another host", "/", { headers: { host: "evil.example" } }, 421],
  ["a proxy", "/", { headers: { "x-forwarded-for": "192.0.2.1" } }, 421],
  ["a write without an Origin", "/api/auth/demo", { method: "POST", body: "{}" }, 403],
  ["a webhook without a signature", "/api/webhooks/github", { method: "POST", body: "{}" }, 401],
  ["a webhook that nobody receives", "/api/webhooks/nobody", { method: "POST", body: "{}" }, 404],
  ["headers that are too large", "/", { headers: { "x-large": "x".repeat(64_000) } }, 431],
  ["an address that is too long", `/${"x".repeat(40_000)}`, {}, 431],
];

describe("every answer has the headers that guard it", () => {
  for (const [name, path, sent, status] of kinds)
    test(name, async ({ portal }) => {
      const answer = await ask(portal.address, path, sent);
      expect(answer.status).toBe(status);
      expectGuarded(answer, name);
      expect(portal.bugs).toEqual([]);
    });

  test("every REST route, asked by nobody and by a token", async ({ portal, reader }) => {
    for (const { method, path } of httpRoutes)
      for (const authorization of [undefined, reader]) {
        const at = path.replace(/:\w+/g, "x");
        const sent = {
          method,
          headers: {
            origin: portal.address,
            "content-type": "application/json",
            ...(authorization ? { authorization } : {}),
          },
        };
        const answer = await ask(portal.address, at, { ...sent, body: method === "GET" ? undefined : "{}" });
        expectGuarded(answer, `${method} ${path}`, path.startsWith("/badges/") ? forOthers : {});
      }
    expect(portal.bugs).toEqual([]);
  });

  test("an error that nobody foresaw", async ({ db }) => {
    const portal = await servePortal(db, { pages: () => Promise.reject(new Error("secret detail")) });
    const answer = await ask(portal.address, "/");
    expectGuarded(answer, "an error");
    expect(answer).toMatchObject({ status: 500, text: expect.not.stringContaining("secret detail") });
    await portal.close();
  });

  test("the way to the setup, and before it is finished", async ({ db }) => {
    const installation = {
      mode: async () => "evaluation" as const,
      isSetUp: async () => false,
      isAnswering: async () => true,
    };
    const portal = await servePortal(db, { installation });
    const page = await ask(portal.address, "/catalog");
    expect(page).toMatchObject({ status: 307, headers: { location: "/setup" } });
    expectGuarded(page, "a redirect");
    const api = await ask(portal.address, "/api/catalog/entity-facets");
    expect(api.status).toBe(503);
    expectGuarded(api, "an API");
    await portal.close();
  });
});

test("https is demanded of browsers where the public address has it, and nowhere else", async ({
  db,
  portal,
}) => {
  expect((await ask(portal.address, "/")).headers["strict-transport-security"]).toBeUndefined();
  const env = {
    MILEPOST_URL: "https://portal.example.com",
    MILEPOST_TRUSTED_PROXIES: [],
    MILEPOST_DEV: false,
  };
  const secure = await servePortal(db, {
    env: { ...env, dataDir: "/" },
    installation: {
      mode: async () => "production",
      isSetUp: async () => true,
      isAnswering: async () => true,
    },
  });
  const headers = { host: "portal.example.com" };
  const answer = await ask(secure.address, "/", { headers });
  expect(answer.headers["strict-transport-security"]).toContain("max-age=31536000");
  // Whatever a proxy says about the scheme, only the public address counts for the Origin.
  const forged = { ...headers, "x-forwarded-proto": "http", origin: "http://portal.example.com" };
  const sent = { method: "POST", headers: { ...forged, "content-type": "application/json" }, body: "{}" };
  expect((await ask(secure.address, "/api/auth/sign-out", sent)).status).toBe(403);
  await secure.close();
});

test("what Next's parts tell one another, and what a proxy says, never reaches it from outside", async ({
  portal,
}) => {
  const hostile = {
    "x-middleware-subrequest": "middleware:middleware:middleware",
    "x-middleware-rewrite": "/admin",
    "x-nextjs-data": "1",
    "x-invoke-path": "/admin",
    "x-invoke-status": "200",
    "x-matched-path": "/admin",
    "x-now-route-matches": "1",
    "x-prerender-revalidate": "x",
    "x-original-url": "/admin",
    "x-rewrite-url": "/admin",
    "next-action": "x",
    "next-resume": "1",
    "x-http-method-override": "DELETE",
    "x-nonce": "forged",
    "x-milepost-path": "/forged",
    "x-request-id": "forged",
  };
  await ask(portal.address, "/catalog/../admin//x?y", { headers: { ...hostile, rsc: "1" } });
  const [seen] = portal.paged;
  expect(seen?.url).toBe("/admin//x?y");
  expect(seen?.headers).toMatchObject({ rsc: "1", "x-milepost-path": "/admin//x?y" });
  const ours = new Set(["x-nonce", "x-milepost-path", "x-request-id"]);
  for (const [name, value] of Object.entries(hostile)) {
    if (ours.has(name)) expect(seen?.headers[name], name).not.toBe(value);
    else expect(seen?.headers, name).not.toHaveProperty(name);
  }
  expect(portal.bugs).toEqual([]);
});

test("two pages have two nonces", async ({ portal }) => {
  const nonceOf = async () =>
    /nonce-([^']+)/.exec((await ask(portal.address, "/")).headers["content-security-policy"] ?? "")?.[1];
  const [one, two] = [await nonceOf(), await nonceOf()];
  expect(one).toMatch(/^[\w+/]{22}==$/);
  expect(one).not.toBe(two);
});

describe("bad tokens", () => {
  test("are counted by address, and a good one is never refused for them", async ({ db, portal, reader }) => {
    const bad = { headers: { authorization: "Bearer mp_wrong" } };
    const path = "/api/catalog/entity-facets?facet=kind";
    expect((await ask(portal.address, path, bad)).status).toBe(401);
    await db.update(limitsTable).set({ count: rateLimits.tokenFailure.limit });
    const refused = await ask(portal.address, path, bad);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(JSON.parse(refused.text)).toMatchObject({
      error: {
        name: "TooManyRequestsError",
        code: "too_many",
        message: expect.stringContaining("try again in"),
      },
    });
    expectGuarded(refused, "a refusal");
    const page = await ask(portal.address, "/api/trpc/catalog.list", bad);
    expect(page).toMatchObject({ status: 429, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
    expect((await ask(portal.address, path, { headers: { authorization: reader } })).status).toBe(200);
    expect((await ask(portal.address, "/catalog")).status).toBe(200);
  });

  test("of another address are another matter", async ({ db }) => {
    const portal = await servePortal(db, {
      env: {
        MILEPOST_TRUSTED_PROXIES: ["127.0.0.1"],
        MILEPOST_DEV: false,
        MILEPOST_URL: "https://p.example",
        dataDir: "/",
      },
      installation: {
        mode: async () => "production",
        isSetUp: async () => true,
        isAnswering: async () => true,
      },
    });
    const from = (address: string) => ({
      headers: {
        host: "p.example",
        authorization: "Bearer mp_wrong",
        "x-forwarded-for": `192.0.2.99, ${address}`,
      },
    });
    await db.delete(limitsTable);
    await ask(portal.address, "/api/auth/nothing", from("198.51.100.1"));
    await ask(portal.address, "/api/catalog/entity-facets", from("198.51.100.1"));
    await db.update(limitsTable).set({ count: rateLimits.tokenFailure.limit });
    expect((await ask(portal.address, "/api/catalog/entity-facets", from("198.51.100.1"))).status).toBe(429);
    expect((await ask(portal.address, "/api/catalog/entity-facets", from("198.51.100.2"))).status).toBe(401);
    await portal.close();
  });
});

test("exports are counted by person or token", async ({ db, portal, reader }) => {
  const headers = { authorization: reader };
  expect((await ask(portal.address, "/api/v1/catalog/entities.csv", { headers })).status).toBe(200);
  const rows = await db.select({ key: limitsTable.key }).from(limitsTable);
  expect(rows).toEqual([{ key: expect.stringMatching(/^export token /) }]);
  await db.update(limitsTable).set({ count: rateLimits.export.limit });
  expect(await ask(portal.address, "/api/v1/catalog/entities.csv", { headers })).toMatchObject({
    status: 429,
    text: expect.stringContaining("Too many exports"),
  });
  await db.update(limitsTable).set({ endsAt: sql`clock_timestamp()` });
  expect((await ask(portal.address, "/api/v1/catalog/entities.csv", { headers })).status).toBe(200);
});

describe("a body", () => {
  const facets = (reader: string, body: string): Sent => ({
    method: "POST",
    headers: { authorization: reader, "content-type": "application/json" },
    body,
  });
  const path = "/api/catalog/entity-facets";

  test.for([
    ["a million lists in one another", "[".repeat(990_000), 400, "deeper than 100"],
    ["half a million objects in one another", '{"query":'.repeat(100_000), 400, "deeper than 100"],
    ["a key twice", '{"facets":["kind"],"facets":["spec.type"]}', 400, "twice"],
    [
      "a key that would change all objects",
      '{"facets":["kind"],"__proto__":{"isAdmin":true}}',
      400,
      "__proto__",
    ],
    ["more than a megabyte", `{"facets":["${"x".repeat(1_000_001)}"]}`, 413, "1000 kB"],
    ["no JSON", "{", 400, "not readable"],
  ] as const)("with %s is refused", async ([, body, status, words], { portal, reader }) => {
    const answer = await ask(portal.address, path, facets(reader, body));
    expect(answer).toMatchObject({ status, text: expect.stringContaining(words) });
    expect(portal.bugs).toEqual([]);
    expect((await ask(portal.address, "/api/health/live")).status).toBe(200);
  });

  test("of the largest size is read, also by thirty at once", async ({ portal, reader }) => {
    const body = JSON.stringify({ facets: ["kind"], padding: "x".repeat(900_000) });
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => ask(portal.address, path, facets(reader, body))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("of a sign-in is small", async ({ portal }) => {
    const body = JSON.stringify({ personId: "x".repeat(3_000) });
    expect((await ask(portal.address, "/api/auth/demo", write(portal.address, body))).status).toBe(413);
  });
});
