import { expect, test } from "vitest";
import { Slots } from "./slots.ts";

test("gives places in the order of asking, and none twice", async () => {
  const slots = new Slots(2, { waiting: 10, timeoutMs: 60_000 });
  const [first, second] = [await slots.take(), await slots.take()];
  const order: string[] = [];
  const third = slots.take().then((release) => {
    order.push("third");
    return release;
  });
  const fourth = slots.take().then((release) => {
    order.push("fourth");
    return release;
  });
  expect(order).toEqual([]);
  first?.();
  first?.();
  await third;
  expect(order).toEqual(["third"]);
  second?.();
  await fourth;
  expect(order).toEqual(["third", "fourth"]);
});

test("sends away who would wait in too long a line, or too long", async () => {
  const slots = new Slots(1, { waiting: 1, timeoutMs: 20 });
  const release = await slots.take();
  const waiting = slots.take();
  expect(await slots.take()).toBeNull();
  expect(await waiting).toBeNull();
  release?.();
  expect(await slots.take()).not.toBeNull();
});

test("weighs: one heavy one fills it, light ones share it, and none passes a waiting heavy one", async () => {
  const slots = new Slots(10, { waiting: 10, timeoutMs: 60_000 });
  const heavy = await slots.take(99);
  const order: string[] = [];
  const ask = (name: string, weight: number) =>
    slots.take(weight).then((release) => {
      order.push(name);
      return release;
    });
  const waiting = [ask("four", 4), ask("six", 6), ask("seven", 7), ask("one", 1)];
  heavy?.();
  const [four, six] = [await waiting[0], await waiting[1]];
  expect(order).toEqual(["four", "six"]);
  four?.();
  await Promise.resolve();
  expect(order).toEqual(["four", "six"]);
  six?.();
  await Promise.all(waiting);
  expect(order).toEqual(["four", "six", "seven", "one"]);
});
