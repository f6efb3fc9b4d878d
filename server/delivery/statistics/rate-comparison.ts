import { t95 } from "./normal.ts";
import type { Bounds } from "./wilson.ts";

/**
 * How much more often in weeks like these than in those: the ratio of the two weekly means with its 95 % interval, on the
 * log scale. Counts of a week vary more than Poisson's would (two to three times as much on real histories), so that its
 * variance is widened by the dispersion that the weeks themselves show, never narrowed. Null when one side had none, or
 * there are fewer than two weeks on a side.
 */
export function compareWeeklyCounts(
  now: readonly number[],
  before: readonly number[],
): ({ ratio: number } & Bounds) | null {
  const [a, b] = [sum(now), sum(before)];
  if (a === 0 || b === 0 || now.length < 2 || before.length < 2) return null;
  const log = Math.log(a / now.length / (b / before.length));
  const half = t95(now.length + before.length - 2) * Math.sqrt(dispersion(now, before) * (1 / a + 1 / b));
  return { ratio: Math.exp(log), low: Math.exp(log - half), high: Math.exp(log + half) };
}

/** Pearson's χ² over its degrees of freedom, with a mean for each side; at least 1. */
function dispersion(now: readonly number[], before: readonly number[]): number {
  const chi = (weeks: readonly number[]) => {
    const mean = sum(weeks) / weeks.length;
    return mean === 0 ? 0 : weeks.reduce((all, count) => all + (count - mean) ** 2 / mean, 0);
  };
  return Math.max(1, (chi(now) + chi(before)) / (now.length + before.length - 2));
}

const sum = (weeks: readonly number[]) => weeks.reduce((all, count) => all + count, 0);
