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
  const watch = superviseJobs(boss, counting, [], (error) => errors.push(error), times);
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

test("of a singleton with one key nothing is believed to be taken that has ended", async ({
  db,
  databaseUrl,
}) => {
  const begun: string[] = [];
  const waits = new Map<string, () => void>();
  const job = defineJob<{ name: string }>({
    name: "catalog-import-location",
    isSingleton: true,
    hasOneKey: true,
    work: async (_, { name }) => {
      begun.push(name);
      await new Promise<void>((resolve) => waits.set(name, resolve));
    },
  });
  const order = (name: string) => inTransaction(as(db), (tx) => enqueue(tx, job, { name }));
  const queue = await workQueues(databaseUrl, [job], {
    ctxFor: () => ({ ...as(db), actor: systemActor("Test") }),
    outside: makeOutside({ hosts: [] }),
    onError: () => {},
  });
  try {
    await order("first");
    await expect.poll(() => begun).toEqual(["first"]);
    // It was counted, and is not believed to be taken once it has ended.
    const counted = () =>
      db.execute(
        sql`select active_count as active, singletons_active as taken from jobs.queue where name = ${job.name}`,
      );
    await expect.poll(counted).toEqual([{ active: 1, taken: null }]);
    await order("second");
    waits.get("first")?.();
    await expect.poll(() => begun).toEqual(["first", "second"]);
  } finally {
    for (const resolve of waits.values()) resolve();
    await queue.stop();
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
