import { expect, test } from "vitest";
import { makeFailureBudget } from "./failure-budget.ts";

test("waits twice as long after each failure, and gives up at the fifth within a minute", () => {
  const budget = makeFailureBudget();
  expect([0, 1, 2, 3, 4].map((second) => budget.record(second * 1000))).toEqual([250, 500, 1000, 2000, null]);
});

test("forgets failures that are a minute old", () => {
  const budget = makeFailureBudget();
  for (const second of [0, 1, 2, 3]) budget.record(second * 1000);
  expect(budget.record(60_000)).toBe(2000);
  expect(budget.record(200_000)).toBe(250);
});
