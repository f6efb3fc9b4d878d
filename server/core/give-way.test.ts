import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { makeRightOfWay } from "./give-way.ts";

test("what can wait lets what is under way end first", async () => {
  const { first, giveWay } = makeRightOfWay(60_000);
  const order: string[] = [];
  const urgent = [1, 2].map((n) => first(() => sleep(30 * n)).then(() => order.push(`first ${n}`)));
  await giveWay();
  order.push("then this");
  await Promise.all(urgent);
  expect(order).toEqual(["first 1", "first 2", "then this"]);
});

test("work that failed holds nobody up", async () => {
  const { first, giveWay } = makeRightOfWay(60_000);
  await expect(first(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await giveWay();
});

test("it waits no longer than it should", async () => {
  const { first, giveWay } = makeRightOfWay(40);
  let end: () => void = () => {};
  const endless = first(() => new Promise<void>((resolve) => (end = resolve)));
  await giveWay();
  end();
  await endless;
});
