import { describe, expect, test } from "vitest";
import { estimateRest, type Measurements } from "./estimate.ts";
import { estimateWords } from "./model.ts";
import { nextSlice, turnOf } from "./turns.ts";

const measured: Measurements = {
  requests: 1_000,
  activeMs: 100_000,
  first: { n: 100, mean: 8, deviation: 4 },
  older: { n: 50, mean: 2 },
  left: { first: 100, older: 300 },
  budget: null,
};

describe("how long the rest takes", () => {
  test("is not known before enough was measured, nor where nothing is left", () => {
    expect(estimateRest({ ...measured, first: { ...measured.first, n: 4 } })).toBeNull();
    expect(estimateRest({ ...measured, requests: 20 })).toBeNull();
    expect(estimateRest({ ...measured, activeMs: 5_000 })).toBeNull();
    expect(estimateRest({ ...measured, left: { first: 0, older: 0 } })).toBeNull();
  });

  test("is what is left at the speed so far, as a range", () => {
    const found = estimateRest(measured);
    // 1,400 requests at ten a second.
    expect(found?.low).toBeLessThan(140);
    expect(found?.high).toBeGreaterThan(140);
    expect(found?.low).toBeGreaterThan(70);
    expect(found?.high).toBeLessThan(200);
    const unknown = estimateRest({ ...measured, older: { n: 0, mean: 0 } });
    expect(unknown?.low).toBeLessThan(found?.low ?? 0);
    expect(unknown?.high).toBeGreaterThan(found?.high ?? 0);
  });

  test("waits for the host's limit", () => {
    const budget = { left: 100, renewedInSeconds: 1_800, anHour: 500 };
    const found = estimateRest({ ...measured, budget });
    expect(found?.low).toBeGreaterThan(1_800);
    expect(found?.high).toBeGreaterThan(1_800 + 3_600);
    expect(estimateRest({ ...measured, budget: { ...budget, left: 100_000 } })).toEqual(
      estimateRest(measured),
    );
  });

  test.for([
    [null, "not known yet"],
    [{ low: 10, high: 50 }, "less than a minute"],
    [{ low: 660, high: 780 }, "about 12 minutes"],
    [{ low: 720, high: 1_800 }, "12 to 30 minutes"],
    [{ low: 1_800, high: 9_000 }, "up to 3 hours"],
    [{ low: 7_200, high: 18_000 }, "2 to 5 hours"],
    [{ low: 3_600, high: 4_200 }, "about 65 minutes"],
    [{ low: 200_000, high: 400_000 }, "2 to 5 days"],
    [{ low: 40, high: 90 }, "up to 2 minutes"],
  ] as const)("%o is %s", ([estimate, words]) => {
    expect(estimateWords(estimate)).toBe(words);
  });
});

test("the newest days of services in production come first, repositories without a Component last", () => {
  const turns = [
    turnOf({ rank: 0, slices: 0, hasNewest: false }),
    turnOf({ rank: 0, slices: 0, hasNewest: true }),
    turnOf({ rank: 1, slices: 0, hasNewest: false }),
    turnOf({ rank: 1, slices: 0, hasNewest: true }),
    turnOf({ rank: 0, slices: 1, hasNewest: true }),
    turnOf({ rank: 1, slices: 1, hasNewest: true }),
    turnOf({ rank: 0, slices: 9, hasNewest: true }),
    turnOf({ rank: 2, slices: 0, hasNewest: false }),
    turnOf({ rank: 2, slices: 1, hasNewest: true }),
  ];
  expect(turns).toEqual(turns.toSorted((a, b) => a - b));
  expect(new Set(turns).size).toBe(turns.length);
});

test("slices reach down to the reach and no further", () => {
  const day = 86_400_000;
  const [until, reach] = [new Date(1_000 * day), new Date(800 * day)];
  const first = nextSlice({ until, reach, completeFrom: null });
  expect(first).toEqual({ from: new Date(910 * day), to: until });
  expect(nextSlice({ until, reach, completeFrom: new Date(820 * day) }).from).toEqual(reach);
});
