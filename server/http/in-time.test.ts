import { expect, test } from "vitest";
import { makeInTime } from "./in-time.ts";

test("work that comes to an end in time is handed on, its failure too", async () => {
  const inTime = makeInTime(5_000, 1);
  expect(await inTime.run(Promise.resolve("done"))).toBe("done");
  await expect(inTime.run(Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(inTime.isStuck()).toBe(false);
});

test("work that takes too long is given up, and counts until it ends after all", async () => {
  const inTime = makeInTime(10, 2);
  const works = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  for (const { promise } of works) await expect(inTime.run(promise)).rejects.toThrow("No answer within");
  expect(inTime.isStuck()).toBe(true);
  works[0]?.resolve();
  works[1]?.reject(new Error("late, and nobody's concern"));
  await Promise.allSettled(works.map(({ promise }) => promise));
  expect(inTime.isStuck()).toBe(false);
});
