import { eq, inArray, sql } from "drizzle-orm";
import { expect } from "vitest";
import { events } from "#db/schema/core.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { makeWebhookSecret, signedWebhook } from "#server/testing/signed-webhooks.ts";
import { claimDeliveries } from "./claim-deliveries.ts";
import { interpretDeliveries } from "./interpret-deliveries.ts";
import type { Interpreter } from "./interpreter.ts";
import { maxAttempts } from "./model.ts";
import { receiveDeliveries } from "./receive-delivery.ts";
import { replayDelivery } from "./replay-delivery.ts";

type Fact = { word: string };

/** Writes each word into a table of its own; "poison" breaks the statement, "bug" the reading. */
const interpreter: Interpreter<Fact> = {
  read: ({ payload }) => {
    const { word } = payload as { word: string };
    if (word === "bug") throw new Error("The reader has a bug");
    if (word === "noise") return { state: "ignored", reason: "Nobody needs noise" };
    return { state: "done", facts: { word } };
  },
  write: async (tx, facts) => {
    for (const { word } of facts)
      await tx.db.execute(
        word === "poison"
          ? sql`select 1 / 0`
          : sql`insert into words values (${word}) on conflict do nothing`,
      );
  },
};

async function send(db: Db, words: readonly (string | Buffer)[]): Promise<number[]> {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  await db.execute(sql`create table if not exists words (word text primary key)`);
  const all = words.map((word) => signedWebhook(secret, "test", Buffer.isBuffer(word) ? word : { word }));
  return (await receiveDeliveries(ctx, [secret], all)).map(({ id }) => id);
}

const drain = async (db: Db) => {
  while ((await interpretDeliveries(as(db), interpreter)) > 0);
};

/** What would take minutes of waiting: everything that waits is due now. */
const passTime = (db: Db) =>
  db.update(webhookDeliveries).set({ nextTryAt: sql`now()` }).where(eq(webhookDeliveries.state, "pending"));

const stateOf = async (db: Db, ids: readonly number[]) => {
  const rows = await db
    .select({ id: webhookDeliveries.id, state: webhookDeliveries.state, reason: webhookDeliveries.reason })
    .from(webhookDeliveries)
    .where(inArray(webhookDeliveries.id, [...ids]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => [byId.get(id)?.state, byId.get(id)?.reason]);
};

const wordsOf = async (db: Db) =>
  (await db.execute<{ word: string }>(sql`select word from words order by word`)).map(({ word }) => word);

test("a webhook that cannot be written or read never holds up its neighbours, and ends with its error", async ({
  db,
}) => {
  const ids = await send(db, ["one", "poison", "two", "bug", "noise", Buffer.from("{"), Buffer.from([0xff])]);
  await drain(db);
  expect(await wordsOf(db)).toEqual(["one", "two"]);
  expect(await stateOf(db, ids)).toEqual([
    ["done", null],
    ["pending", "division by zero"],
    ["done", null],
    ["pending", "The reader has a bug"],
    ["ignored", "Nobody needs noise"],
    ["unreadable", "The body is not valid JSON"],
    ["unreadable", "The body is not valid UTF-8"],
  ]);
  for (let attempt = 2; attempt <= maxAttempts; attempt += 1) {
    expect((await stateOf(db, [ids[1]!]))[0]?.[0]).toBe("pending");
    await passTime(db);
    await drain(db);
  }
  expect(await stateOf(db, [ids[1]!, ids[3]!])).toEqual([
    ["failed", "division by zero"],
    ["failed", "The reader has a bug"],
  ]);
});

test("is not due again before its time", async ({ db }) => {
  const [id] = await send(db, ["poison"]);
  const seconds = async () => {
    const [now] = await db.execute<{ at: number }>(
      sql`select extract(epoch from clock_timestamp())::float8 as at`,
    );
    return now?.at ?? 0;
  };
  const before = await seconds();
  await drain(db);
  const after = await seconds();
  const [row] = await db
    .select({ at: sql<number>`extract(epoch from next_try_at)::float8` })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, id!));
  expect(row?.at).toBeGreaterThan(before + 3);
  expect(row?.at).toBeLessThan(after + 8);
  // As it is, but for as long as this test may take.
  await db
    .update(webhookDeliveries)
    .set({ nextTryAt: sql`next_try_at + interval '1 hour'` })
    .where(eq(webhookDeliveries.id, id!));
  expect(await interpretDeliveries(as(db), interpreter)).toBe(0);
});

test("one that was tried before comes alone, and is given up when it has ended the worker five times", async ({
  db,
}) => {
  await db.delete(webhookDeliveries);
  const [deadly, ...others] = await send(db, ["deadly", "three", "four"]);
  // The worker takes all three and dies, again and again: nothing is ever written back.
  expect(await claimDeliveries(as(db))).toHaveLength(3);
  await passTime(db);
  for (let attempt = 2; attempt <= maxAttempts; attempt += 1) {
    const claimed = await claimDeliveries(as(db));
    expect(claimed).toHaveLength(1);
    await db
      .update(webhookDeliveries)
      .set({ nextTryAt: sql`now()`, attempts: attempt })
      .where(eq(webhookDeliveries.id, deadly!));
  }
  await passTime(db);
  await drain(db);
  expect(await stateOf(db, [deadly!])).toEqual([
    ["failed", `The worker ended ${maxAttempts} times while it read this`],
  ]);
  expect((await stateOf(db, others)).map(([state]) => state)).toEqual(["done", "done"]);
});

test("one that was tried before takes no fresh one with it", async ({ db }) => {
  await db.delete(webhookDeliveries);
  const [tried] = await send(db, ["tried"]);
  await claimDeliveries(as(db));
  await passTime(db);
  await send(db, ["fresh", "also fresh"]);
  expect((await claimDeliveries(as(db))).map(({ id }) => id)).toEqual([tried]);
  expect(await claimDeliveries(as(db))).toHaveLength(2);
  await passTime(db);
  await drain(db);
});

test("a worker that lost its lease writes nothing", async ({ db }) => {
  const [id] = await send(db, ["late"]);
  const paused: Interpreter<Fact> = {
    read: interpreter.read,
    write: async (tx, facts) => {
      // Meanwhile the lease ran out, and another worker took it and has finished.
      await passTime(db);
      await drain(db);
      await interpreter.write(tx, [...facts, { word: "from the paused worker" }]);
    },
  };
  await interpretDeliveries(as(db), paused);
  expect(await stateOf(db, [id!])).toEqual([["done", null]]);
  expect(await wordsOf(db)).not.toContain("from the paused worker");
});

test("two workers share the work and never take the same one", async ({ db }) => {
  await db.delete(webhookDeliveries);
  await send(
    db,
    Array.from({ length: 450 }, (_, index) => `word ${index}`),
  );
  const taken = await Promise.all([1, 2, 3].map(() => claimDeliveries(as(db))));
  const ids = taken.flat().map(({ id }) => id);
  expect(ids).toHaveLength(450);
  expect(new Set(ids).size).toBe(450);
});

test("a replay works a webhook in once more, and stands in the audit log", async ({ db }) => {
  const [id] = await send(db, ["again"]);
  await drain(db);
  const admin = person("platform");
  await replayDelivery(as(db, admin), { id: id! });
  expect((await stateOf(db, [id!]))[0]?.[0]).toBe("pending");
  await expect(replayDelivery(as(db, admin), { id: id! })).rejects.toThrow("It is waiting already");
  await drain(db);
  expect((await stateOf(db, [id!]))[0]?.[0]).toBe("done");
  const recorded = await db
    .select({ type: events.type, by: events.actorId, payload: events.payload })
    .from(events)
    .where(eq(events.subjectId, String(id)));
  expect(recorded).toEqual([
    { type: "webhook.replayed", by: admin.id, payload: expect.objectContaining({ stateBefore: "done" }) },
  ]);
});

test("only who runs the portal may replay, and leaves no trace otherwise", async ({ db }) => {
  const [id] = await send(db, ["not again"]);
  await drain(db);
  for (const role of ["developer", "leader"] as const)
    await expect(replayDelivery(as(db, person(role)), { id: id! })).rejects.toMatchObject({
      code: "forbidden",
    });
  expect((await stateOf(db, [id!]))[0]?.[0]).toBe("done");
  await expect(replayDelivery(as(db, person("admin")), { id: 999_999 })).rejects.toMatchObject({
    code: "not_found",
  });
});
