import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { importLocationJob } from "#server/catalog/jobs.ts";
import { as, test } from "#server/testing/database.ts";
import { systemActor } from "./actor.ts";
import { inTransaction } from "./context.ts";
import { defineJob, enqueue, workQueues } from "./jobs.ts";
import { makeOutside } from "./outside.ts";
import { superviseJobs } from "./supervise-jobs.ts";

test("supervises once while nothing runs, and at every look while anything does", async ({ db }) => {
  let looks = 0;
  let supervised = 0;
  const errors: unknown[] = [];
  const counting = new Proxy(db, {
    get: (target, name) => {
      // What is asked goes through the session, once for each look.
      if (name === "_") looks += 1;
      return Reflect.get(target, name);
    },
  });
  const boss = {
    supervise: async () => {
      supervised += 1;
    },
  };
  const times = { lookEveryMs: 5, atLeastEveryMs: 3_600_000 };
  const watch = superviseJobs(boss, counting, (error) => errors.push(error), times);
  try {
    await expect.poll(() => looks).toBeGreaterThan(10);
    expect(supervised).toBe(1);
    await inTransaction(as(db), (tx) => enqueue(tx, importLocationJob, { locationId: "x" }, { key: "x" }));
    await db.execute(sql`update jobs.job set state = 'active', started_on = now() where singleton_key = 'x'`);
    await expect.poll(() => supervised).toBeGreaterThan(3);
    await db.execute(sql`delete from jobs.job where singleton_key = 'x'`);
    await db.execute(
      sql`update jobs.queue set singletons_active = '{x}' where name = ${importLocationJob.name}`,
    );
    const before = supervised;
    // Workers pass over the keys that were taken when it was last counted.
    await expect.poll(() => supervised).toBeGreaterThan(before + 2);
    await db.execute(sql`update jobs.queue set singletons_active = null`);
    expect(errors).toEqual([]);
  } finally {
    await watch.stop();
  }
});

test("a job whose worker is gone is worked by the next one", async ({ db, databaseUrl }) => {
  const done = Promise.withResolvers<string>();
  const job = defineJob<{ name?: string }>({
    name: "catalog-import-location",
    work: async (_, { name }) => {
      if (name) done.resolve(name);
    },
  });
  await inTransaction(as(db), (tx) => enqueue(tx, job, { name: "left behind" }, { key: "left" }));
  await db.execute(sql`
    update jobs.job set state = 'active', started_on = now() - interval '1 minute', heartbeat_on = now() - interval '1 minute'
    where singleton_key = 'left'`);
  const queue = await workQueues(databaseUrl, [job], {
    ctxFor: (name) => as(db, systemActor(`Job ${name}`)),
    outside: makeOutside({ hosts: [] }),
    onError: (error) => done.reject(error),
  });
  expect(await done.promise).toBe("left behind");
  await queue.stop();
});
