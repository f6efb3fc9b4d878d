import { randomUUID } from "node:crypto";
import { eq, inArray, sql } from "drizzle-orm";
import { expect } from "vitest";
import { events } from "#db/schema/core.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { makeWebhookSecret, signedWebhook } from "#server/testing/signed-webhooks.ts";
import { forgetPayloads, readPayloadDays, setPayloadDays } from "./forget-payloads.ts";
import { getDelivery } from "./get-delivery.ts";
import type { DeliveryState } from "./model.ts";
import { receiveDeliveries, receiveDelivery } from "./receive-delivery.ts";
import { replayDelivery } from "./replay-delivery.ts";

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const forget = (db: Db) => forgetPayloads(as(db), new AbortController().signal, Date.now() + 60_000);

async function have(db: Db, days: number, state: DeliveryState = "done") {
  const secret = await makeWebhookSecret(as(db));
  const webhook = signedWebhook(
    secret,
    "push",
    { text: "a name" },
    { receivedAt: daysAgo(days), guid: randomUUID() },
  );
  const [stored] = await receiveDeliveries(as(db), [secret], [webhook]);
  const id = stored?.id ?? 0;
  if (state !== "pending")
    await db
      .update(webhookDeliveries)
      .set({
        state,
        nextTryAt: null,
        finishedAt: daysAgo(days),
        reason: state === "failed" ? "Broken" : null,
      })
      .where(eq(webhookDeliveries.id, id));
  return { id, secret, webhook };
}

const read = async (db: Db, ids: readonly number[]) => {
  const rows = await db
    .select({
      id: webhookDeliveries.id,
      size: sql<number>`octet_length(body)`,
      state: webhookDeliveries.state,
    })
    .from(webhookDeliveries)
    .where(inArray(webhookDeliveries.id, [...ids]));
  return ids.map((id) => rows.find((row) => row.id === id));
};

test("finished and old: the body goes, and the same webhook again is still known", async ({ db }) => {
  const old = await have(db, 91);
  const young = await have(db, 89);
  const waiting = await have(db, 91, "pending");
  const failed = await have(db, 91, "failed");
  const unreadable = await have(db, 91, "unreadable");
  const sizes = async () =>
    (
      await read(
        db,
        [old, young, waiting, failed, unreadable].map(({ id }) => id),
      )
    ).map((row) => (row?.size ?? 0) > 0);
  expect(await sizes()).toEqual([true, true, true, true, true]);
  expect(await forget(db)).toMatchObject({ payloads: 2, isDone: true });
  expect(await sizes()).toEqual([false, true, true, true, false]);
  expect(await forget(db)).toMatchObject({ payloads: 0 });

  const again = await receiveDelivery(as(db), [old.secret], old.webhook);
  expect(again).toEqual({ status: "duplicate", id: old.id });
  const other = signedWebhook(old.secret, "push", { text: "other" }, { guid: old.webhook.guid });
  const conflict = await receiveDelivery(as(db), [old.secret], other);
  expect((await read(db, [conflict.id]))[0]?.state).toBe("conflict");

  const admin = as(db, person("admin"));
  const shown = await getDelivery(admin, { id: old.id });
  expect(shown).toMatchObject({ state: "done", event: "push", headers: [], payload: { text: "" } });
  expect(shown.purgedAt).not.toBeNull();
  expect(shown.may.replay?.sentence).toMatch(/no longer kept/);
  await expect(replayDelivery(admin, { id: old.id })).rejects.toThrow("no longer kept");
});

test("after 400 days nothing is left of it, unless it still waits or has failed", async ({ db }) => {
  const ancient = await have(db, 401);
  const failed = await have(db, 401, "failed");
  const kept = await have(db, 399);
  expect((await forget(db)).rows).toBeGreaterThanOrEqual(1);
  const rows = await read(db, [ancient.id, failed.id, kept.id]);
  expect(rows.map((row) => row !== undefined)).toEqual([false, true, true]);
});

test("more than one batch is done, and what is left when the time is up is done later", async ({ db }) => {
  await db.execute(sql`
    insert into webhook_deliveries (hook_key, guid, event, body, body_sha256, body_size, headers, state, received_at)
    select 'hook:batches', g::text, 'batches', 'x', '', 1, '{}', 'done', now() - interval '100 days'
    from generate_series(1, 1100) g`);
  expect(await forgetPayloads(as(db), new AbortController().signal, Date.now() - 1)).toEqual({
    payloads: 0,
    rows: 0,
    isDone: false,
  });
  expect(await forget(db)).toMatchObject({ payloads: 1100, isDone: true });
});

test("how long is an admin's to say, within bounds, and is written down", async ({ db }) => {
  expect(await readPayloadDays(as(db))).toBe(90);
  const body = await have(db, 40);
  await expect(setPayloadDays(as(db, person("platform")), { days: 30 })).rejects.toThrow("Only admins");
  await setPayloadDays(as(db, person("admin")), { days: 30 });
  await setPayloadDays(as(db, person("admin")), { days: 30 });
  expect(await readPayloadDays(as(db))).toBe(30);
  const told = await db.select().from(events).where(eq(events.type, "webhook-retention.changed"));
  expect(told.map(({ payload }) => payload)).toEqual([{ payloadDays: 30, before: 90 }]);
  await forget(db);
  expect((await read(db, [body.id]))[0]?.size).toBe(0);
});
