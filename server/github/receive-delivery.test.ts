import { randomUUID } from "node:crypto";
import { eq, or } from "drizzle-orm";
import { expect } from "vitest";
import { connectionSecrets } from "#db/schema/core.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import { sha256 } from "#server/core/crypto.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { makeWebhookSecret, signedWebhook } from "#server/testing/signed-webhooks.ts";
import { receiveDeliveries, receiveDelivery } from "./receive-delivery.ts";
import { readWebhookSecrets } from "./webhook-secrets.ts";

const table = webhookDeliveries;

test("keeps the bytes as they came, whatever they are", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  for (const body of ["", "{}", '{"a":"\\u0000"}', "\u0000\u0001ÿ", "not json", "x".repeat(3_000_000)]) {
    const bytes = Buffer.from(body, "latin1");
    const stored = await receiveDelivery(ctx, [secret], signedWebhook(secret, "push", bytes));
    const [row] = await db.select().from(table).where(eq(table.id, stored.id));
    expect(row).toMatchObject({
      state: "pending",
      bodySize: bytes.length,
      connectionId: secret.connectionId,
    });
    expect(row?.body.equals(bytes)).toBe(true);
    expect(row?.bodySha256.equals(sha256(bytes))).toBe(true);
  }
});

test("stores a key once, and tells a repetition from another body", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const guid = randomUUID();
  const send = (payload: object, hookKey = "hook:1") =>
    receiveDelivery(ctx, [secret], signedWebhook(secret, "push", payload, { guid, hookKey }));
  const first = await send({ a: 1 });
  expect(first.status).toBe("stored");
  expect(await send({ a: 1 })).toEqual({ status: "duplicate", id: first.id });
  const other = await send({ a: 2 });
  expect(other.status).toBe("stored");
  expect(await send({ a: 2 })).toEqual({ status: "duplicate", id: first.id });
  // The same event through another hook is another webhook.
  expect((await send({ a: 1 }, "app:7")).status).toBe("stored");
  const rows = await db
    .select({ id: table.id, state: table.state, of: table.conflictOf })
    .from(table)
    .where(or(eq(table.id, first.id), eq(table.conflictOf, first.id)))
    .orderBy(table.id);
  expect(rows).toEqual([
    { id: first.id, state: "pending", of: null },
    { id: other.id, state: "conflict", of: first.id },
  ]);
});

test("of many at once under one key, exactly one is stored", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const guid = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      receiveDelivery(ctx, [secret], signedWebhook(secret, "push", {}, { guid })),
    ),
  );
  expect(answers.filter(({ status }) => status === "stored")).toHaveLength(1);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
});

test("a repetition inside one batch is a repetition too", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const one = signedWebhook(secret, "push", { a: 1 });
  const answers = await receiveDeliveries(ctx, [secret], [one, signedWebhook(secret, "push", {}), one]);
  expect(answers.map(({ status }) => status)).toEqual(["stored", "stored", "duplicate"]);
  expect(answers[2]?.id).toBe(answers[0]?.id);
});

test("one GUID through two hooks is two webhooks, also in one batch and when they come again", async ({
  db,
}) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const guid = randomUUID();
  const both = ["hook:1", "hook:2"].map((hookKey) =>
    signedWebhook(secret, "push", { hookKey }, { guid, hookKey }),
  );
  const first = await receiveDeliveries(ctx, [secret], both);
  expect(first.map(({ status }) => status)).toEqual(["stored", "stored"]);
  expect(first[0]?.id).not.toBe(first[1]?.id);
  expect(await receiveDeliveries(ctx, [secret], both)).toEqual(
    first.map(({ id }) => ({ status: "duplicate", id })),
  );
});

test("takes what either of two active secrets signed, and nothing of a retired one", async ({ db }) => {
  const ctx = as(db);
  const name = randomUUID();
  const old = await makeWebhookSecret(ctx, { name });
  const fresh = await makeWebhookSecret(ctx, { name });
  const read = () => readWebhookSecrets(ctx, testKeyring, name);
  for (const secret of [old, fresh])
    expect((await receiveDelivery(ctx, await read(), signedWebhook(secret, "push", {}))).status).toBe(
      "stored",
    );
  await db.update(connectionSecrets).set({ retiredAt: new Date() }).where(eq(connectionSecrets.id, old.id));
  await expect(receiveDelivery(ctx, await read(), signedWebhook(old, "push", {}))).rejects.toMatchObject({
    code: "unauthenticated",
  });
  expect((await read()).map(({ id }) => id)).toEqual([fresh.id]);
});

test("a secret that was sealed for another row does not open", async ({ db }) => {
  const ctx = as(db);
  const name = randomUUID();
  const [one, two] = [await makeWebhookSecret(ctx, { name }), await makeWebhookSecret(ctx, { name })];
  const [row] = await db
    .select({ sealed: connectionSecrets.sealed })
    .from(connectionSecrets)
    .where(eq(connectionSecrets.id, one.id));
  await db.update(connectionSecrets).set({ sealed: row!.sealed }).where(eq(connectionSecrets.id, two.id));
  await expect(readWebhookSecrets(ctx, testKeyring, name)).rejects.toThrow();
});
