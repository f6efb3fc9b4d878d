import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { events } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { record } from "#server/core/events.ts";
import { as, test } from "#server/testing/database.ts";
import { anchor, beginChain as begin, revoked, tamper, tour, verify } from "#server/testing/event-chain.ts";
import { person } from "#server/testing/people.ts";
import { readHeads } from "./anchors.ts";
import { verifyChain } from "./verify-chain.ts";

describe("a change of rows is found and named", () => {
  test("nothing to find", async ({ db }) => {
    await begin(db);
    const found = await verify(db, await anchor(db));
    expect(found).toMatchObject({ isIntact: true, events: 5, anchors: 1, problems: [] });
    expect(found.streams).toEqual([{ stream: "tour", events: 5, position: 5, hash: expect.any(String) }]);
  });

  test.for([
    ["at", "at + interval '1 microsecond'"],
    ["type", "'tour.begun'"],
    ["actor_kind", "'user'"],
    ["actor_id", "'somebody'"],
    ["actor_name", "'Somebody else'"],
    ["subject_type", "'token'"],
    ["subject_id", "'another'"],
    ["payload", `'{"userName": "another"}'`],
    ["is_demo", "true"],
  ])("altered %s", async ([column, value], { db }) => {
    const ids = await begin(db);
    await tamper(db, `update events set ${column} = ${value} where id = ${ids[2]}`);
    expect((await verify(db)).problems).toMatchObject([
      { kind: "altered", stream: "tour", position: 3, eventId: ids[2] },
    ]);
  });

  test("altered, with its hash made to fit", async ({ db }) => {
    const ids = await begin(db);
    await tamper(
      db,
      `update events set actor_name = 'Somebody else' where id = ${ids[2]}`,
      `update event_chain c set hash = sha256(previous_hash || convert_to(event_text(c.position, e.id, e.at, e.type, e.actor_kind,
        e.actor_id, e.actor_name, e.subject_type, e.subject_id, e.payload, e.is_demo), 'UTF8'))
        from events e where e.id = c.event_id and e.id = ${ids[2]}`,
    );
    expect((await verify(db)).problems).toMatchObject([{ kind: "altered", position: 3, eventId: ids[2] }]);
  });

  test("removed: the event, its place, both, and the first one", async ({ db }) => {
    const ids = await begin(db);
    await tamper(db, `delete from events where id = ${ids[1]}`);
    expect((await verify(db)).problems).toMatchObject([{ kind: "removed", position: 2, eventId: ids[1] }]);
    await tamper(db, `delete from event_chain where event_id = ${ids[1]}`);
    const [problem, ...others] = (await verify(db)).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ kind: "removed", stream: "tour", position: 2 });
    expect(problem?.message).toContain(`between event ${ids[0]} and event ${ids[2]}`);
    await tamper(
      db,
      `delete from events where id = ${ids[0]}`,
      `delete from event_chain where event_id = ${ids[0]}`,
    );
    expect((await verify(db)).problems[0]?.message).toContain("2 places from 1 on were removed");
  });

  test("removed from the end: only an anchor tells", async ({ db }) => {
    const ids = await begin(db);
    const anchors = await anchor(db);
    await tamper(
      db,
      `delete from events where id >= ${ids[3]}`,
      `delete from event_chain where event_id >= ${ids[3]}`,
    );
    expect((await verify(db)).isIntact).toBe(true);
    const found = await verify(db, anchors);
    expect(found).toMatchObject({
      isIntact: false,
      problems: [{ kind: "removed", stream: "tour", position: 5 }],
    });
    expect(found.problems[0]?.message).toContain("after place 3: the anchor of 2026-11-21T00:00:00.000Z");
  });

  test("a whole stream removed, or rewritten from the beginning: only an anchor tells", async ({ db }) => {
    const ids = await begin(db);
    const anchors = await anchor(db);
    const first = await db.select().from(events).orderBy(events.id);
    await tamper(db, "delete from events", "delete from event_chain");
    expect((await verify(db, anchors)).problems).toMatchObject([{ kind: "removed", position: 5 }]);
    await db
      .insert(events)
      .values(first.map(({ writtenIn: _, ...row }) => ({ ...row, actorName: "Nobody" })));
    expect((await verify(db)).isIntact).toBe(true);
    expect((await verify(db, anchors)).problems).toMatchObject([
      { kind: "altered", position: 5, eventId: ids[4] },
    ]);
  });

  test("put in past the chain, or with its place taken away", async ({ db }) => {
    const ids = await begin(db);
    await tamper(
      db,
      `insert into events (type, actor_kind, actor_name, subject_type, subject_id) values ('tour.finished', 'user', 'x', 'tour', 'y')`,
    );
    expect((await verify(db)).problems).toMatchObject([
      { kind: "inserted", stream: "tour", eventId: expect.any(Number) },
    ]);
    await tamper(db, `delete from event_chain where event_id = ${ids[4]}`);
    const named = (await verify(db)).problems.map(({ kind, eventId }) => [kind, eventId]);
    expect(named).toContainEqual(["inserted", ids[4]]);
  });

  test("two events exchanged, a place moved to another stream", async ({ db }) => {
    const ids = await begin(db);
    await tamper(
      db,
      `update event_chain set event_id = -1 where event_id = ${ids[1]}`,
      `update event_chain set event_id = ${ids[1]} where event_id = ${ids[2]}`,
      `update event_chain set event_id = ${ids[2]} where event_id = -1`,
    );
    expect((await verify(db)).problems.map(({ position }) => position)).toEqual([2, 3]);
    await begin(db);
    await tamper(db, `update event_chain set stream = 'token', position = 1 where position = 5`);
    expect((await verify(db)).isIntact).toBe(false);
  });
});

test("an upgrade chains the events that are there already", async ({ db }) => {
  await begin(db);
  for (const name of ["a", "b"]) await record(as(db), tour(name, true));
  await record(as(db), revoked("c"));
  const before = await readHeads(as(db));
  await tamper(db, "delete from event_chain");
  const migration = readFileSync(join("db/migrations", "0001_trust.sql"), "utf8");
  const [statement] = migration
    .split("--> statement-breakpoint")
    .filter((part) => part.trim().startsWith("DO $$"));
  await db.execute(sql.raw(statement!));
  expect(await readHeads(as(db))).toEqual(before);
  expect(await verify(db)).toMatchObject({ isIntact: true, events: 8 });
});

test("hard values: what the hash covers does not depend on time zone or style", async ({ db }) => {
  await begin(db);
  const payload = {
    userName: 'a "quote" \\ \u0001 \u2028 é 𝒳',
    b: 1e21,
    aa: -0.5,
    list: [1.5, null, true, {}],
  };
  await record(as(db, person("admin"), new Date("1969-12-31T23:59:59.999Z")), {
    ...tour("hard"),
    payload: payload as never,
  });
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local timezone = 'Pacific/Auckland'`);
    await tx.execute(sql`set local datestyle = 'German'`);
    await tx.execute(sql`set local extra_float_digits = 0`);
    expect((await verify(tx as unknown as Db)).problems).toEqual([]);
  });
});

test("is refused to those who may not read the log", async ({ db }) => {
  await expect(verifyChain(as(db, person("leader")), [])).rejects.toMatchObject({ code: "forbidden" });
});
