import { randomUUID } from "node:crypto";
import { eq, inArray, sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { makeWebhookSecret, signedWebhook } from "#server/testing/signed-webhooks.ts";
import { interpretDeliveries } from "./interpret-deliveries.ts";
import type { Interpreter } from "./interpreter.ts";
import { readReplays } from "./read-replays.ts";
import { receiveDeliveries } from "./receive-delivery.ts";
import { replayDeliveries } from "./replay-deliveries.ts";
import { runReplay } from "./run-replay.ts";

const interpreter: Interpreter<string> = {
  read: ({ guid }) => ({ state: "done", facts: guid }),
  write: async () => {},
};

const tools = (db: Db) => ({ ctx: as(db), signal: new AbortController().signal });

/** Webhooks of an event of their own, in a state that stands in the database as if they had got there. */
async function have(db: Db, event: string, count: number, state: "failed" | "done" | "unreadable") {
  const secret = await makeWebhookSecret(as(db));
  const all = Array.from({ length: count }, () => signedWebhook(secret, event, { action: "created" }));
  const stored = await receiveDeliveries(as(db), [secret], all);
  const ids = stored.map(({ id }) => id);
  await db
    .update(webhookDeliveries)
    .set({ state, nextTryAt: null, finishedAt: new Date(), reason: "A test says so" })
    .where(inArray(webhookDeliveries.id, ids));
  return ids;
}

const workIn = async (db: Db) => {
  while ((await interpretDeliveries(as(db), interpreter)) > 0);
};

const statesOf = async (db: Db, event: string) => {
  const rows = await db.execute<{ state: string; count: number }>(
    sql`select state, count(*)::int as count from webhook_deliveries where event = ${event} group by state`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

const finishAll = (db: Db) => db.execute(sql`update webhook_replays set finished_at = now()`);

describe("a replay of many", () => {
  test("takes what its filter finds and nothing else, and says what became of it", async ({ db }) => {
    const event = `one-${randomUUID()}`;
    await have(db, event, 620, "failed");
    await have(db, event, 3, "unreadable");
    await have(db, `other-${event}`, 2, "failed");
    const actor = person("platform");
    const { id, total } = await replayDeliveries(as(db, actor), { state: "failed", event });
    expect(total).toBe(620);
    const running = runReplay(tools(db), { replayId: id });
    await workIn(db);
    await running;
    await workIn(db);
    expect(await statesOf(db, event)).toEqual({ done: 620, unreadable: 3 });
    expect(await statesOf(db, `other-${event}`)).toEqual({ failed: 2 });
    const [replay] = await readReplays(as(db, actor));
    expect(replay).toMatchObject({
      id,
      total: 620,
      replayed: 620,
      outcomes: { done: 620 },
      filter: { event },
    });
    expect(replay?.finishedAt).not.toBeNull();
  });

  test("goes on where it was cut off, and takes nothing twice", async ({ db }) => {
    const event = `cut-${randomUUID()}`;
    await have(db, event, 700, "done");
    const { id } = await replayDeliveries(as(db, person("platform")), { state: "done", event });
    const stopped = AbortSignal.abort(new Error("stopped"));
    await expect(runReplay({ ctx: as(db), signal: stopped }, { replayId: id })).rejects.toThrow("stopped");
    expect(await statesOf(db, event)).toEqual({ pending: 500, done: 200 });
    await workIn(db);
    // Came after the order: not part of it.
    await have(db, event, 1, "done");
    await runReplay(tools(db), { replayId: id });
    expect(await statesOf(db, event)).toEqual({ pending: 200, done: 501 });
    await workIn(db);
  });

  test("is refused where there is nothing, too much, or another one under way", async ({ db }) => {
    const event = `none-${randomUUID()}`;
    const order = (filter: object) =>
      replayDeliveries(as(db, person("platform")), { state: "failed", event, ...filter });
    await finishAll(db);
    await expect(order({})).rejects.toThrow("No webhook fits this filter");
    await have(db, event, 2, "failed");
    await expect(order({ from: new Date(Date.now() + 60_000) })).rejects.toThrow("No webhook fits");
    await db
      .update(webhookDeliveries)
      .set({ purgedAt: new Date() })
      .where(eq(webhookDeliveries.event, event));
    await expect(order({})).rejects.toThrow("whose payload is still kept");
    await db.update(webhookDeliveries).set({ purgedAt: null }).where(eq(webhookDeliveries.event, event));
    await order({});
    await expect(order({})).rejects.toThrow("A replay is under way");
    await finishAll(db);
    await db.execute(sql`
      insert into webhook_deliveries (hook_key, guid, event, body, body_sha256, body_size, headers, state, received_at)
      select 'hook:many', g::text, 'many', '', '', 0, '{}', 'failed', now() from generate_series(1, 50001) g`);
    await expect(order({ event: "many" })).rejects.toThrow("More than 50,000 webhooks fit");
  });

  test("is for those who run the portal", async ({ db }) => {
    await expect(replayDeliveries(as(db, person("developer")), { state: "failed" })).rejects.toThrow(
      "Only platform engineers",
    );
    await expect(readReplays(as(db, person("developer")))).rejects.toThrow("Only platform engineers");
  });
});
