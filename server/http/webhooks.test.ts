import { randomUUID } from "node:crypto";
import { createServer, request as openRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { expect } from "vitest";
import { connectionSecrets } from "#db/schema/core.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { signBody } from "#server/github/signature.ts";
import { as, test as databaseTest } from "#server/testing/database.ts";
import { otherKeyring, testKeyring } from "#server/testing/keyring.ts";
import { makeWebhookSecret } from "#server/testing/signed-webhooks.ts";
import { makeWebhookReceiver, type WebhookDeps } from "./webhooks.ts";

const path = "/api/webhooks/github";
const logged: unknown[] = [];

/** The receiver behind a real server, as the listener puts it in front of Next. */
async function listen(db: Db, changed: Partial<WebhookDeps> = {}): Promise<Server> {
  const receive = makeWebhookReceiver({
    db,
    now: () => new Date(),
    dataDir: "/",
    keyring: testKeyring,
    log: { error: (...said: unknown[]) => logged.push(said), warn: () => {} },
    freeBytes: async () => 5e9,
    waits: { placeMs: 120_000, databaseMs: 120_000 },
    ...changed,
  });
  const server = createServer((request, response) => {
    void receive(request, response, new URL(request.url ?? "/", "http://localhost"), "request-1");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const test = databaseTest.extend<{ server: Server; secret: { value: string; id: string } }>({
  server: async ({ db }, use) => {
    const server = await listen(db);
    await use(server);
    server.closeAllConnections();
    server.close();
  },
  secret: async ({ db }, use) => {
    await db.delete(connectionSecrets);
    await use(await makeWebhookSecret(as(db)));
  },
});

type Sent = {
  status: number;
  headers: Record<string, unknown>;
  body: { status?: string; id?: number; error?: { code: string; message: string } };
};

/** Writes the body in parts; `length` false sends it chunked. Resolves with the answer, even one that comes early. */
function send(
  server: Server,
  options: {
    headers?: Record<string, string>;
    body?: Buffer;
    path?: string;
    method?: string;
    isChunked?: boolean;
  },
): Promise<Sent> {
  const { body = Buffer.from("{}"), isChunked = false } = options;
  const headers = options.headers ?? {};
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = openRequest({
      port,
      path: options.path ?? path,
      method: options.method ?? "POST",
      headers: isChunked ? headers : { "content-length": String(body.length), ...headers },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: JSON.parse(Buffer.concat(parts).toString("utf8")),
        }),
      );
    });
    for (let from = 0; from < body.length; from += 500_000)
      request.write(body.subarray(from, from + 500_000));
    request.end();
  });
}

/** Undefined takes a header away. */
function headersFor(
  secret: { value: string },
  body: Buffer,
  changed: Record<string, string | undefined> = {},
): Record<string, string> {
  const headers = {
    "content-type": "application/json",
    "x-github-event": "ping",
    "x-github-delivery": randomUUID(),
    "x-github-hook-id": "1",
    "x-hub-signature-256": signBody(secret.value, body),
    ...changed,
  };
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

const stored = (db: Db) => db.$count(webhookDeliveries);

test("stores a signed webhook and says so after the commit; a repetition is told as one", async ({
  db,
  server,
  secret,
}) => {
  const body = Buffer.from('{"zen":"Grüße"}');
  const headers = headersFor(secret, body);
  const first = await send(server, { headers, body });
  expect(first).toMatchObject({ status: 202, body: { status: "stored", id: expect.any(Number) } });
  expect(await send(server, { headers, body })).toMatchObject({
    status: 202,
    body: { status: "duplicate", id: first.body.id },
  });
  const [row] = await db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, first.body.id!));
  expect(row).toMatchObject({ state: "pending", event: "ping", hookKey: "hook:1" });
  expect(row?.body.equals(body)).toBe(true);
});

test("takes a signed body that nobody can read", async ({ server, secret }) => {
  for (const body of [Buffer.from("not json"), Buffer.alloc(0), Buffer.from([0xff, 0x00])])
    expect(await send(server, { headers: headersFor(secret, body), body })).toMatchObject({ status: 202 });
});

test("wakes the worker once for many webhooks", async ({ db, server, secret }) => {
  const body = Buffer.from("{}");
  await Promise.all(
    Array.from({ length: 20 }, () => send(server, { headers: headersFor(secret, body), body })),
  );
  await expect
    .poll(async () => {
      const [row] = await db.execute<{ jobs: number }>(
        sql`select count(*)::int as jobs from jobs.job where name = 'github-interpret-inbox' and state = 'created'`,
      );
      return row?.jobs;
    })
    .toBe(1);
});

type Refused = [what: string, changed: Record<string, string | undefined>, status: number, code: string];
const refused: Refused[] = [
  ["no signature", { "x-hub-signature-256": undefined }, 401, "unauthenticated"],
  ["a wrong signature", { "x-hub-signature-256": `sha256=${"0".repeat(64)}` }, 401, "unauthenticated"],
  ["no event", { "x-github-event": undefined }, 400, "invalid"],
  ["no GUID", { "x-github-delivery": undefined }, 400, "invalid"],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415, "invalid"],
];

test.for(refused)(
  "refuses %s, with a sentence and without a row",
  async ([, changed, status, code], { db, server, secret }) => {
    const before = await stored(db);
    const body = Buffer.from("{}");
    const answer = await send(server, { headers: headersFor(secret, body, changed), body });
    expect(answer).toMatchObject({ status, body: { error: { code, requestId: "request-1" } } });
    expect(answer.body.error?.message).toMatch(/^[A-Z].{15,}/);
    expect(await stored(db)).toBe(before);
  },
);

test("is found only where it is, and only by POST", async ({ server, secret }) => {
  const headers = headersFor(secret, Buffer.from("{}"));
  expect((await send(server, { headers, path: "/api/webhooks/gitlab" })).status).toBe(404);
  expect((await send(server, { headers, path: `${path}/a/b` })).status).toBe(404);
  expect(await send(server, { headers, method: "PUT" })).toMatchObject({
    status: 405,
    headers: { allow: "POST" },
  });
});

test("an address with a connection takes that connection's secrets only", async ({ db, server, secret }) => {
  const other = await makeWebhookSecret(as(db), { name: "Other hooks" });
  const body = Buffer.from("{}");
  const to = (signer: { value: string }, connection: string) =>
    send(server, {
      headers: headersFor(signer, body),
      body,
      path: `${path}/${encodeURIComponent(connection)}`,
    });
  expect((await to(other, "Other hooks")).status).toBe(202);
  expect((await to(other, other.connectionId)).status).toBe(202);
  expect((await to(secret, "Other hooks")).status).toBe(401);
  expect((await to(secret, "nobody's")).status).toBe(503);
  expect((await to(secret, "%00")).status).toBe(503);
});

test("takes 24 MB and refuses 26, announced or counted; the sender hears why", async ({
  db,
  server,
  secret,
}) => {
  const before = await stored(db);
  for (const isChunked of [false, true]) {
    const large = Buffer.alloc(24 * 1024 * 1024, "x");
    expect(await send(server, { headers: headersFor(secret, large), body: large, isChunked })).toMatchObject({
      status: 202,
      body: { status: "stored" },
    });
    const tooLarge = Buffer.alloc(26_000_000, "x");
    expect(
      await send(server, { headers: headersFor(secret, tooLarge), body: tooLarge, isChunked }),
    ).toMatchObject({
      status: 413,
      body: { error: { code: "too_large" } },
    });
  }
  expect(await stored(db)).toBe(before + 2);
  const body = Buffer.from("{}");
  expect((await send(server, { headers: headersFor(secret, body), body })).status).toBe(202);
});

test("holds few large bodies at once, and small ones pass them", async ({ server, secret }) => {
  const large = Buffer.alloc(6_000_000, "x");
  const slow = Array.from({ length: 8 }, () =>
    send(server, { headers: headersFor(secret, large), body: large }),
  );
  const body = Buffer.from("{}");
  expect((await send(server, { headers: headersFor(secret, body), body })).status).toBe(202);
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(Array(8).fill(202));
});

test("an unsigned body is not read before it is refused", async ({ server, secret }) => {
  const { port } = server.address() as AddressInfo;
  const headers = headersFor(secret, Buffer.from("{}"), { "x-hub-signature-256": undefined });
  const status = await new Promise((resolve, reject) => {
    const request = openRequest({
      port,
      path,
      method: "POST",
      headers: { ...headers, "content-length": "20000000" },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    // Only the headers go out: whoever waits for the body would wait for ever.
    request.flushHeaders();
  });
  expect(status).toBe(401);
});

test("a sender that breaks off leaves nothing behind, and the next one is served", async ({
  db,
  server,
  secret,
}) => {
  const before = await stored(db);
  const { port } = server.address() as AddressInfo;
  for (const size of [2_000, 3_000_000]) {
    const body = Buffer.alloc(size, "x");
    const request = openRequest({
      port,
      path,
      method: "POST",
      headers: { ...headersFor(secret, body), "content-length": String(size) },
    });
    request.on("error", () => {});
    request.write(body.subarray(0, size / 2));
    await sleep(50);
    request.destroy();
  }
  await sleep(50);
  const body = Buffer.alloc(2_000_000, "y");
  expect((await send(server, { headers: headersFor(secret, body), body })).status).toBe(202);
  expect(await stored(db)).toBe(before + 1);
});

test("says 503, with when to come again, where nothing can be stored", async ({ db, secret }) => {
  const body = Buffer.from("{}");
  const headers = headersFor(secret, body);
  const full = await listen(db, { freeBytes: async () => 900_000_000 });
  const answer = await send(full, { headers, body });
  expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "60" } });
  expect(answer.body.error?.message).toContain("1 GB");
  full.close();
  const other = await listen(db, { keyring: otherKeyring });
  logged.length = 0;
  expect((await send(other, { headers, body })).body.error?.message).toContain("could not be stored");
  expect(logged).toHaveLength(1);
  other.close();
  await db.delete(connectionSecrets);
  const bare = await listen(db);
  expect((await send(bare, { headers, body })).body.error?.message).toContain("GITHUB_WEBHOOK_SECRET");
  bare.close();
});
