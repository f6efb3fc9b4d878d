import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { openPool } from "#db/client.ts";
import { events } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import { as, copyDatabase, test } from "#server/testing/database.ts";
import { beginChain as begin, revoked, tour, verify } from "#server/testing/event-chain.ts";

describe("the guards", () => {
  test.for([
    "update events set actor_name = 'x'",
    "update events set is_demo = true",
    "delete from events where not is_demo",
    "truncate events",
    "truncate event_chain",
    "truncate events, event_chain",
    "update event_chain set hash = previous_hash",
    "delete from event_chain",
  ])("%s is refused", async (statement, { db }) => {
    await begin(db);
    await expect(db.execute(sql.raw(statement))).rejects.toMatchObject({
      cause: { message: expect.stringContaining("append-only") },
    });
    expect((await verify(db)).isIntact).toBe(true);
  });

  test("demo events may go, with their places, and new ones begin anew", async ({ db }) => {
    await begin(db);
    for (const name of ["a", "b", "c"]) await record(as(db), tour(name, true));
    const demoChain = sql`delete from event_chain where stream = 'demo:tour'`;
    await expect(db.execute(demoChain)).rejects.toThrow();
    await db.transaction(async (tx) => {
      await record(as(tx as unknown as Db), tour("gone again", true));
      await tx.execute(sql`delete from events where is_demo`);
      await record(as(tx as unknown as Db), tour("after the purge", true));
    });
    const found = await verify(db);
    expect(found.problems).toEqual([]);
    expect(found.streams.map(({ stream, events: count }) => [stream, count])).toEqual([
      ["demo:tour", 1],
      ["tour", 5],
    ]);
  });

  test("one demo event taken out of the middle shows", async ({ db }) => {
    await begin(db);
    for (const name of ["a", "b", "c"]) await record(as(db), tour(name, true));
    await db.execute(sql`delete from events where is_demo and subject_id = 'b'`);
    expect((await verify(db)).problems).toMatchObject([{ kind: "removed", stream: "demo:tour" }]);
  });
});

describe("writing", () => {
  test("events of one transaction keep their order; savepoints that are rolled back leave no gap", async ({
    db,
  }) => {
    await begin(db);
    await inTransaction(as(db), async (tx) => {
      await record(tx, tour("one"));
      await inTransaction(tx, async (inner) => {
        await record(inner, tour("lost"));
        await record(inner, revoked("lost too"));
        throw new Error("undone");
      }).catch(() => {});
      await inTransaction(tx, (inner) => record(inner, revoked("two")));
      await record(tx, tour("three"));
    });
    const failing = inTransaction(as(db), async (tx) => {
      await record(tx, tour("lost"));
      throw new Error("undone");
    });
    await expect(failing).rejects.toThrow("undone");
    const found = await verify(db);
    expect(found.problems).toEqual([]);
    expect(found.events).toBe(8);
  });

  test("any mix of concurrent transactions, rolled back and nested ones leaves one whole chain", async () => {
    const copy = await copyDatabase();
    const pools = [openPool(copy.url, { max: 5, name: "one" }), openPool(copy.url, { max: 5, name: "two" })];
    const step = fc.record({
      kind: fc.constantFrom("tour", "token", "demo"),
      isNested: fc.boolean(),
      isUndone: fc.boolean(),
    });
    const plan = fc.array(
      fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 6 }), isUndone: fc.boolean() }),
      { minLength: 8, maxLength: 24 },
    );
    const eventOf = (kind: string) =>
      kind === "token" ? revoked(randomUUID()) : tour(randomUUID(), kind === "demo");
    try {
      await fc.assert(
        fc.asyncProperty(plan, async (transactions) => {
          const before = (await verify(copy.pool.db)).events;
          let kept = 0;
          const ended = await Promise.allSettled(
            transactions.map(async ({ steps, isUndone }, index) => {
              let written = 0;
              await inTransaction(as(pools[index % 2]!.db), async (tx) => {
                for (const { kind, isNested, isUndone: isStepUndone } of steps) {
                  if (!isNested) await record(tx, eventOf(kind));
                  else
                    await inTransaction(tx, async (inner) => {
                      await record(inner, eventOf(kind));
                      if (isStepUndone) throw new Error("undone");
                    }).catch(() => {});
                  if (!isNested || !isStepUndone) written += 1;
                }
                if (isUndone) throw new Error("undone");
              });
              kept += written;
            }),
          );
          for (const [index, { isUndone }] of transactions.entries())
            expect(ended[index]?.status).toBe(isUndone ? "rejected" : "fulfilled");
          const found = await verify(copy.pool.db);
          expect(found.problems).toEqual([]);
          expect(found.events).toBe(before + kept);
        }),
        { numRuns: 12 },
      );
    } finally {
      for (const pool of pools) await pool.end();
      await copy.drop();
    }
  });

  test("many rows in one statement are chained in their order", async ({ db }) => {
    await begin(db);
    const row = { type: "tour.finished", actorKind: "system", actorName: "x", subjectType: "tour" };
    const rows = Array.from({ length: 2_000 }, (_, index) => ({ ...row, subjectId: String(index) }));
    await db.insert(events).values(rows);
    expect(await verify(db)).toMatchObject({ isIntact: true, events: 2_005 });
  });
});
