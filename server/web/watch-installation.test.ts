import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { installation } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { test } from "#server/testing/database.ts";
import { watchInstallation } from "./watch-installation.ts";

test("an evaluation that moves to production is production within two seconds", async ({ db }) => {
  const watch = watchInstallation(db);
  await db.insert(installation).values({ mode: "evaluation" });
  expect([await watch.mode(), await watch.isSetUp()]).toEqual(["evaluation", true]);
  await db.update(installation).set({ mode: "production" });
  await expect.poll(watch.mode, { timeout: 2_000, interval: 50 }).toBe("production");
  expect(await watch.isSetUp()).toBe(false);
});

test("a setup that is finished counts at once", async ({ db }) => {
  await db.update(installation).set({ mode: "production", setupFinishedAt: null });
  const watch = watchInstallation(db);
  expect(await watch.isSetUp()).toBe(false);
  await db.update(installation).set({ setupFinishedAt: new Date() });
  expect(await watch.isSetUp()).toBe(true);
});

test("without an answer of the database it is production, and what was known once holds", async ({ db }) => {
  const away = { select: () => ({ from: () => Promise.reject(new Error("away")) }) } as unknown as Db;
  expect(await watchInstallation(away).mode()).toBe("production");
  await db.update(installation).set({ mode: "evaluation" });
  let isAway = false;
  const flaky = new Proxy(db, {
    get: (target, name) => Reflect.get(isAway ? away : target, name) as unknown,
  });
  const watch = watchInstallation(flaky);
  expect(await watch.mode()).toBe("evaluation");
  expect(await watch.isAnswering()).toBe(true);
  isAway = true;
  await db.execute(sql`select pg_sleep(1.1)`);
  expect(await watch.mode()).toBe("evaluation");
  expect(await watch.isAnswering()).toBe(false);
  isAway = false;
  await expect.poll(watch.isAnswering, { timeout: 3_000, interval: 50 }).toBe(true);
});
