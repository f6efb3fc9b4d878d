import { beforeEach, expect, onTestFinished, vi } from "vitest";
import { installation } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { test } from "#server/testing/database.ts";
import { watchInstallation } from "./watch-installation.ts";

// What is known ages by this clock, which stands still but where a test lets time pass. An answer of the database may be
// waited for longer than the listener waits, so what comes by itself is asked for until it is there.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
});
const pass = (ms: number) => vi.advanceTimersByTime(ms);

test("an evaluation that moves to production is production a second later", async ({ db }) => {
  const watch = watchInstallation(db);
  await db.insert(installation).values({ mode: "evaluation" });
  await expect.poll(watch.mode).toBe("evaluation");
  expect(await watch.isSetUp()).toBe(true);
  await db.update(installation).set({ mode: "production" });
  expect(await watch.mode()).toBe("evaluation");
  pass(1_001);
  await expect.poll(watch.mode).toBe("production");
  pass(1);
  await expect.poll(watch.isSetUp).toBe(false);
});

test("a setup that is finished counts at once", async ({ db }) => {
  await db.update(installation).set({ mode: "production", setupFinishedAt: null });
  const watch = watchInstallation(db);
  await expect.poll(watch.isSetUp).toBe(false);
  await db.update(installation).set({ setupFinishedAt: new Date() });
  pass(1);
  await expect.poll(watch.isSetUp).toBe(true);
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
  await expect.poll(watch.mode).toBe("evaluation");
  expect(await watch.isAnswering()).toBe(true);
  isAway = true;
  pass(1_001);
  expect(await watch.isAnswering()).toBe(false);
  expect(await watch.mode()).toBe("evaluation");
  isAway = false;
  pass(1_001);
  await expect.poll(watch.isAnswering).toBe(true);
});
