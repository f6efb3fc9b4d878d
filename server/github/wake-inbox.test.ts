import { eq, sql } from "drizzle-orm";
import { expect } from "vitest";
import { openPool } from "#db/client.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { makeWebhookSecret, signedWebhook } from "#server/testing/signed-webhooks.ts";
import { claimDeliveries } from "./claim-deliveries.ts";
import { receiveDeliveries } from "./receive-delivery.ts";
import { interpretInboxJob, isInboxEmpty, isInboxLate, wakeInboxWhenDue } from "./wake-inbox.ts";

async function countJobs(db: Db): Promise<number> {
  const rows = await db.execute(sql`select 1 from jobs.job where name = ${interpretInboxJob.name}`);
  return rows.length;
}

test("the worker is woken for what is due, not for what was put off, and not for nothing", async ({ db }) => {
  const ctx = as(db);
  expect(await isInboxEmpty(ctx)).toBe(true);
  await wakeInboxWhenDue(ctx);
  expect(await countJobs(db)).toBe(0);

  const secret = await makeWebhookSecret(ctx);
  await receiveDeliveries(ctx, [secret], [signedWebhook(secret, "test", {})]);
  const pending = eq(webhookDeliveries.state, "pending");
  await db.update(webhookDeliveries).set({ nextTryAt: sql`now() + interval '1 hour'` }).where(pending);
  expect(await isInboxEmpty(ctx)).toBe(false);
  await wakeInboxWhenDue(ctx);
  expect(await countJobs(db)).toBe(0);

  await db.update(webhookDeliveries).set({ nextTryAt: sql`now()` }).where(pending);
  await wakeInboxWhenDue(ctx);
  await wakeInboxWhenDue(ctx);
  expect(await countJobs(db)).toBe(1);
});

test("what a worker had taken is due again as soon as its session is gone, and not before", async ({
  db,
  databaseUrl,
}) => {
  await db.delete(webhookDeliveries);
  const secret = await makeWebhookSecret(as(db));
  await receiveDeliveries(as(db), [secret], [signedWebhook(secret, "taken", {})]);
  const worker = openPool(databaseUrl, { max: 1, name: "milepost-worker-of-a-test" });
  expect(await claimDeliveries(as(worker.db))).toHaveLength(1);
  await wakeInboxWhenDue(as(db));
  expect(await claimDeliveries(as(db))).toHaveLength(0);

  await worker.end();
  const isGone = sql`select from pg_stat_activity where application_name like 'milepost-worker-of-a-test%'`;
  await expect.poll(async () => (await db.execute(isGone)).length).toBe(0);
  await wakeInboxWhenDue(as(db));

  // The next one held it alone: if that one dies as well, it waits as after any failure.
  const next = openPool(databaseUrl, { max: 1, name: "milepost-worker-of-a-test" });
  expect((await claimDeliveries(as(next.db))).map(({ attempts }) => attempts)).toEqual([2]);
  await next.end();
  await expect.poll(async () => (await db.execute(isGone)).length).toBe(0);
  await wakeInboxWhenDue(as(db));
  expect(await claimDeliveries(as(db))).toEqual([]);
  expect(await isInboxLate(as(db))).toBe(false);
  await db.update(webhookDeliveries).set({ nextTryAt: sql`now() - interval '4 seconds'` });
  expect(await isInboxLate(as(db))).toBe(true);
  expect((await claimDeliveries(as(db))).map(({ attempts }) => attempts)).toEqual([3]);
});
