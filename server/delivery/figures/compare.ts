import { differenceInterval, directionOf } from "#server/delivery/statistics/difference.ts";
import { compareWeeklyCounts } from "#server/delivery/statistics/rate-comparison.ts";
import type { Comparison, Interval } from "./figure.ts";

/** Words for a figure that is clearly larger or smaller than before. */
export type ChangeWords = { up: string; down: string };

type Side = { value: number | null; interval: Interval | null; n: number };

const unclear = "No clear change";

function incomparable(before: Pick<Side, "value" | "n">, words: string): Comparison {
  return {
    previous: before.value,
    previousN: before.n,
    difference: null,
    interval: null,
    direction: "not_comparable",
    words,
  };
}

/** Two windows by the difference of their figures. Without an interval on both sides nothing is claimed. */
export function compareSides(now: Side, before: Side, words: ChangeWords, days: number): Comparison {
  const than = ` than in the ${days} days before`;
  if (now.value === null) return incomparable(before, "Too little now to compare");
  if (before.value === null) return incomparable(before, `Too little in the ${days} days before to compare`);
  const [a, b] = [now.interval, before.interval];
  if (!a || !b || a.low === null || a.high === null || b.low === null || b.high === null)
    return { ...incomparable(before, unclear), difference: now.value - before.value, direction: "unclear" };
  const { difference, low, high } = differenceInterval(
    { value: now.value, low: a.low, high: a.high },
    { value: before.value, low: b.low, high: b.high },
  );
  const direction = directionOf({ low, high });
  return {
    previous: before.value,
    previousN: before.n,
    difference,
    interval: { low, high },
    direction,
    words: direction === "unclear" ? unclear : words[direction] + than,
  };
}

/** How often, by the counts of complete weeks on both sides. */
export function compareWeeks(
  now: { median: number | null; weeks: readonly number[] },
  before: { median: number | null; weeks: readonly number[] },
  days: number,
): Comparison {
  const side = { value: before.median, n: before.weeks.length };
  if (now.median === null) return incomparable(side, "Too few complete weeks to compare");
  if (before.median === null)
    return incomparable(side, `Too few weeks in the ${days} days before to compare`);
  const found = compareWeeklyCounts(now.weeks, before.weeks);
  if (!found) return incomparable(side, "Nothing was deployed on one side, so there is no ratio");
  const direction = directionOf(found, 1);
  const words = { up: "More often", down: "Less often" };
  return {
    previous: before.median,
    previousN: before.weeks.length,
    difference: found.ratio,
    interval: { low: found.low, high: found.high },
    direction,
    words: direction === "unclear" ? unclear : `${words[direction]} than in the ${days} days before`,
  };
}
