import { expect, test } from "vitest";
import type { Db } from "#db/types.ts";
import { sharedRead } from "./shared-read.ts";

/** Stands for a database: only its identity counts. */
const someDb = () => ({}) as Db;

test("those who ask while one is under way share the next, which begins after they asked", async () => {
  const db = someDb();
  let started = 0;
  const waiting: ((value: number) => void)[] = [];
  const read = () => {
    started += 1;
    const mine = started;
    return new Promise<number>((resolve) => waiting.push(() => resolve(mine)));
  };
  const ask = () => sharedRead(db, "a", read);
  const first = ask();
  const [second, third] = [ask(), ask()];
  expect(started).toBe(1);
  waiting.shift()?.(0);
  expect(await first).toBe(1);
  await Promise.resolve();
  expect(started).toBe(2);
  const fourth = ask();
  waiting.shift()?.(0);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(started).toBe(3);
  waiting.shift()?.(0);
  expect(await fourth).toBe(3);
  const alone = ask();
  waiting.shift()?.(0);
  expect(await alone).toBe(4);
});

test("other keys and databases are apart, and a failure is only that one's", async () => {
  const [one, other] = [someDb(), someDb()];
  expect(
    await Promise.all([
      sharedRead(one, "a", async () => 1),
      sharedRead(one, "b", async () => 2),
      sharedRead(other, "a", async () => 3),
    ]),
  ).toEqual([1, 2, 3]);
  const failing = sharedRead(one, "a", () => Promise.reject(new Error("no")));
  const after = sharedRead(one, "a", async () => 4);
  await expect(failing).rejects.toThrow("no");
  expect(await after).toBe(4);
});
