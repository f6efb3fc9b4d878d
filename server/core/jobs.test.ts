import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { importLocationJob } from "#server/catalog/jobs.ts";
import { as, test } from "#server/testing/database.ts";
import { inRolledBack } from "#server/testing/in-rolled-back.ts";
import { person } from "#server/testing/people.ts";
import { systemActor } from "./actor.ts";
import { inTransaction } from "./context.ts";
import { record } from "./events.ts";
import { defineJob, enqueue, workQueues } from "./jobs.ts";
import { makeOutside } from "./outside.ts";

const readJobs = async (db: Db, key: string) =>
  db.execute<{ name: string; data: unknown }>(
    sql`select name, data from jobs.job where singleton_key = ${key}`,
  );

test("a job exists exactly when the change does", async ({ db }) => {
  const data = { locationId: "a" };
  await inTransaction(as(db), (tx) => enqueue(tx, importLocationJob, data, { key: "kept" }));
  expect(await readJobs(db, "kept")).toEqual([{ name: importLocationJob.name, data }]);

  const seen = await inRolledBack(db, async (tx) => {
    await enqueue(as(tx), importLocationJob, data, { key: "undone" });
    return readJobs(tx, "undone");
  });
  expect(seen).toHaveLength(1);
  expect(await readJobs(db, "undone")).toEqual([]);
});

test("a singleton job waits once for each key, however often it is enqueued", async ({ db }) => {
  for (const id of ["first", "second"])
    await inTransaction(as(db), (tx) => enqueue(tx, importLocationJob, { locationId: id }, { key: "one" }));
  expect(await readJobs(db, "one")).toHaveLength(1);
});

test("a job that no queue was made for is refused, and takes the change with it", async ({ db }) => {
  const attempt = inTransaction(as(db), (tx) => enqueue(tx, { name: "no-such-job" }, {}));
  await expect(attempt).rejects.toThrow("no-such-job");
});

test("a job knows who ordered it, and what it does is told so in the audit log", async ({
  db,
  databaseUrl,
}) => {
  const worked = Promise.withResolvers<void>();
  const job = defineJob<{ name: string }>({
    name: "catalog-import-location",
    work: async ({ ctx }, { name }) => {
      if (!name) return;
      await record(ctx, { type: "tour.finished", subjectId: name, payload: { userName: name } });
      worked.resolve();
    },
  });
  const ada = person("platform");
  await inTransaction(as(db, ada), (tx) => enqueue(tx, job, { name: "ordered" }));
  const queue = await workQueues(databaseUrl, [job], {
    ctxFor: (name) => as(db, systemActor(`Job ${name}`)),
    outside: makeOutside({ hosts: [] }),
    onError: (error) => worked.reject(error),
  });
  await worked.promise;
  await queue.stop();
  const told = await db.execute(
    sql`select actor_kind, actor_id, actor_name from events where subject_id = 'ordered'`,
  );
  expect(told).toEqual([
    { actor_kind: "system", actor_id: ada.id, actor_name: "A platform (Job catalog-import-location)" },
  ]);
});

test("a job is taken soon after it is due, though its worker hardly looks by itself", async ({
  db,
  databaseUrl,
}) => {
  const done = new Map<string, number>();
  const all = Promise.withResolvers<void>();
  const job = defineJob<{ name: string }>({
    name: "catalog-import-location",
    work: async (_, { name }) => {
      if (name) done.set(name, Date.now());
      if (done.size === 3) all.resolve();
    },
  });
  const queue = await workQueues(databaseUrl, [job], {
    ctxFor: (name) => as(db, systemActor(`Job ${name}`)),
    outside: makeOutside({ hosts: [] }),
    onError: (error) => all.reject(error),
  });
  const orderedAt = Date.now();
  await inTransaction(as(db), async (tx) => {
    await enqueue(tx, job, { name: "later" }, { key: "later", startAfterSeconds: 1 });
    await enqueue(tx, job, { name: "now" }, { key: "now" });
  });
  await inTransaction(as(db), (tx) => enqueue(tx, job, { name: "and again" }, { key: "again" }));
  await all.promise;
  await queue.stop();
  expect([...done.keys()].toSorted()).toEqual(["and again", "later", "now"]);
  expect(done.get("later")).toBeGreaterThanOrEqual(orderedAt + 1_000);
});
