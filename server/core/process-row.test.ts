import { eq, sql } from "drizzle-orm";
import { expect } from "vitest";
import { processes } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { test } from "#server/testing/database.ts";
import { readiness } from "#server/web/health.ts";
import { keepProcessRow } from "./process-row.ts";

const never = (error: unknown) => {
  throw error;
};
const isWorkerUp = async (db: Db) => JSON.parse(String((await readiness(db, true)).body)).checks.worker;
const makeOld = (db: Db, seconds: number) =>
  db.update(processes).set({ seenAt: sql`now() - make_interval(secs => ${seconds})` });

test("any worker that is up makes the portal ready", async ({ db }) => {
  await db.delete(processes);
  expect(await isWorkerUp(db)).toBe(false);
  const [first, second] = [
    await keepProcessRow(db, "worker", never),
    await keepProcessRow(db, "worker", never),
  ];
  const web = await keepProcessRow(db, "web", never);
  const kinds = await db.select({ kind: processes.kind }).from(processes);
  // One row each, and the one that the release before reads.
  expect(kinds.map((row) => row.kind).toSorted()).toEqual(["web", "worker", "worker", "worker"]);
  await first.stop();
  expect(await isWorkerUp(db)).toBe(true);
  await Promise.all([second.stop(), web.stop()]);
  const left = await db.select({ name: processes.name }).from(processes);
  expect(left).toEqual([{ name: "worker" }]);
  await makeOld(db, 31);
  expect(await isWorkerUp(db)).toBe(false);
});

test("a web alone is not ready, however many there are", async ({ db }) => {
  await db.delete(processes);
  const web = await keepProcessRow(db, "web", never);
  expect(await isWorkerUp(db)).toBe(false);
  await web.stop();
});

test("the release before, which knows one row and no kinds, still counts", async ({ db }) => {
  await db.delete(processes);
  await db.execute(sql`insert into processes (name, pid, seen_at) values ('worker', '7', now())`);
  expect(await isWorkerUp(db)).toBe(true);
});

test("rows of processes that ended without a word are cleared away after an hour", async ({ db }) => {
  await db.delete(processes);
  await db.execute(
    sql`insert into processes (name, kind, pid, seen_at) values ('web@gone#1', 'web', '7', now() - interval '2 hours')`,
  );
  const web = await keepProcessRow(db, "web", never);
  expect(await db.select().from(processes).where(eq(processes.name, "web@gone#1"))).toEqual([]);
  await web.stop();
});
