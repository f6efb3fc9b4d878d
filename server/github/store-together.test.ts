import { randomUUID } from "node:crypto";
import { inArray, sql } from "drizzle-orm";
import { expect } from "vitest";
import { webhookDeliveries } from "#db/schema/github.ts";
import { as, test } from "#server/testing/database.ts";
import { makeWebhookSecret, signedWebhook } from "#server/testing/signed-webhooks.ts";
import { makeTogetherReceiver } from "./store-together.ts";

test("hundreds at once are all stored, each once, in fewer transactions", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const receive = makeTogetherReceiver(ctx);
  const all = Array.from({ length: 300 }, (_, number) => signedWebhook(secret, "push", { number }));
  const twice = [...all, ...all.slice(0, 50)];
  const stored = await Promise.all(twice.map((one) => receive([secret], one)));
  expect(stored.filter(({ status }) => status === "stored")).toHaveLength(300);
  expect(stored.slice(300).map(({ id }) => id)).toEqual(stored.slice(0, 50).map(({ id }) => id));
  const rows = await db.execute<{ transactions: number; rows: number }>(sql`
    select count(distinct xmin::text)::int as transactions, count(*)::int as rows from webhook_deliveries
    where guid = any(${sql.param(all.map(({ guid }) => guid))}::text[])`);
  expect(rows[0]?.rows).toBe(300);
  expect(rows[0]?.transactions).toBeLessThan(100);
});

test("one that the database refuses keeps none of its neighbours out", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const receive = makeTogetherReceiver(ctx);
  const all = Array.from({ length: 20 }, () => signedWebhook(secret, "push", { a: 1 }));
  const bad = { ...signedWebhook(secret, "push", { a: 1 }), headers: { broken: "\u0000" } };
  const settled = await Promise.allSettled([...all, bad].map((one) => receive([secret], one)));
  expect(settled.map(({ status }) => status)).toEqual([...all.map(() => "fulfilled"), "rejected"]);
});

test("a wrong signature is refused by itself", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const receive = makeTogetherReceiver(ctx);
  const good = signedWebhook(secret, "push", { a: 1 });
  const forged = { ...signedWebhook(secret, "push", { a: 2 }), signature: good.signature };
  await expect(receive([secret], forged)).rejects.toThrow("The signature does not fit");
  expect((await receive([secret], good)).status).toBe("stored");
  const rows = await db
    .select({ guid: webhookDeliveries.guid })
    .from(webhookDeliveries)
    .where(inArray(webhookDeliveries.guid, [good.guid, forged.guid]));
  expect(rows).toEqual([{ guid: good.guid }]);
});

test("two receivers with the same webhooks in another order store each once", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const receivers = [makeTogetherReceiver(ctx), makeTogetherReceiver(ctx)] as const;
  const all = Array.from({ length: 150 }, () => signedWebhook(secret, "push", {}, { guid: randomUUID() }));
  const stored = await Promise.all([
    ...all.map((one) => receivers[0]([secret], one)),
    ...all.toReversed().map((one) => receivers[1]([secret], one)),
  ]);
  expect(stored.filter(({ status }) => status === "stored")).toHaveLength(150);
});
