import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseJudge } from "./draw-truth.ts";
import {
  factSorts,
  monthOf,
  ofSort,
  percentWords,
  type SortTally,
  sharesOf,
  stratified,
  truthRules,
  wilson,
} from "./model.ts";

// R's prop.test(x, n, correct = FALSE)$conf.int, rounded to four places.
test.each([
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [5, 10, 0.2366, 0.7634],
  [93, 100, 0.8625, 0.9657],
  [1, 1, 0.2065, 1],
])("Wilson's interval of %i of %i", (right, n, low, high) => {
  const interval = wilson(right / n, n);
  expect(interval?.low).toBeCloseTo(low, 4);
  expect(interval?.high).toBeCloseTo(high, 4);
});

const tally = (sort: SortTally["sort"], population: number, right: number, wrong: number): SortTally => ({
  sort,
  population,
  right,
  wrong,
  unknown: 0,
});

describe("the share over all sorts", () => {
  test("weighs each sort by how many facts it has", () => {
    // 900 facts of which 10 of 10 are right, 100 of which 5 of 10: 0.9 · 1 + 0.1 · 0.5.
    const share = stratified([tally("owner", 900, 10, 0), tally("link", 100, 5, 5)]);
    expect(share?.share).toBeCloseTo(0.95, 10);
    expect(share?.n).toBe(20);
    // Σw = 1000, Σw² = 10 · 90² + 10 · 10²: an effective size of 12.195.
    expect(share?.low).toBeCloseTo(wilson(0.95, 1_000_000 / 82_000)?.low ?? 0, 10);
  });

  test("is that of one sample where the sorts were drawn as they are", () => {
    const share = stratified([tally("owner", 100, 27, 3), tally("link", 100, 24, 6)]);
    const one = wilson(51 / 60, 60);
    expect(share?.low).toBeCloseTo(one?.low ?? 0, 10);
    expect(share?.high).toBeCloseTo(one?.high ?? 0, 10);
  });

  test("is nothing below the least number of answers; don't know is no answer", () => {
    expect(stratified([{ ...tally("owner", 100, 18, 1), unknown: 40 }])).toBeNull();
    expect(stratified([tally("owner", 100, 18, 2)])?.n).toBe(truthRules.least);
    expect(ofSort(tally("owner", 100, 7, 0))).toBeNull();
    expect(ofSort(tally("owner", 100, 7, 1))?.share).toBe(0.875);
    expect(stratified([])).toBeNull();
  });

  test("lies within its interval, and that within 0 and 1", () => {
    const some = fc.record({
      sort: fc.constantFrom(...factSorts),
      population: fc.integer({ min: 1, max: 10_000 }),
      right: fc.nat({ max: 60 }),
      wrong: fc.nat({ max: 60 }),
      unknown: fc.nat({ max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 6 }), (tallies) => {
        const found = stratified(tallies);
        if (!found) return;
        expect(found.low).toBeGreaterThanOrEqual(0);
        expect(found.low).toBeLessThanOrEqual(found.share + 1e-9);
        expect(found.high).toBeGreaterThanOrEqual(found.share - 1e-9);
        expect(found.high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test("what is drawn of each sort never exceeds what there is, nor the month's number, and leaves none unused", () => {
  const population = fc.record(
    Object.fromEntries(factSorts.map((sort) => [sort, fc.nat({ max: 200 })])) as Record<
      SortTally["sort"],
      fc.Arbitrary<number>
    >,
  );
  fc.assert(
    fc.property(population, (counts) => {
      const shares = sharesOf(counts);
      const total = [...shares.values()].reduce((sum, share) => sum + share, 0);
      for (const [sort, share] of shares) expect(share).toBeLessThanOrEqual(counts[sort]);
      const there = Object.values(counts).reduce((sum, count) => sum + count, 0);
      expect(total).toBe(Math.min(there, truthRules.perMonth));
    }),
  );
});

test("nobody is asked more than the most, and whoever has fewer questions comes first", () => {
  const asked = new Map<string, number>();
  const people = ["a", "b", "c"];
  for (let index = 0; index < 9; index += 1) {
    const judge = chooseJudge(people, asked, `seed ${index}`);
    asked.set(judge!, (asked.get(judge!) ?? 0) + 1);
  }
  expect(Object.fromEntries(asked)).toEqual({ a: 3, b: 3, c: 3 });
  expect(chooseJudge(people, asked, "seed")).toBeNull();
  expect(chooseJudge([], asked, "seed")).toBeNull();
});

test("in words", () => {
  expect(percentWords({ share: 0.9312, low: 0.842, high: 0.9711 })).toBe("93 % right (84–97)");
  expect(monthOf(new Date("2026-11-30T23:59:59Z"))).toBe("2026-11");
});
