import { type Bounds, weeklyRatio } from "./statistics.ts";

type Side = { value: number | null; interval: Bounds | null };

const directionOf = ({ low, high }: { low: number; high: number }, none: number) =>
  low > none ? "up" : high < none ? "down" : "unclear";

/** Two figures by the interval of their difference (MOVER). Without an interval on both sides nothing is claimed. */
export function compareShares(now: Side, before: Side & { n: number }) {
  const known = { previous: before.value, previousN: before.n };
  if (now.value === null || before.value === null)
    return { ...known, difference: null, interval: null, direction: "not_comparable" };
  const difference = now.value - before.value;
  const [a, b] = [now.interval, before.interval];
  if (!a || !b || a.low === null || a.high === null || b.low === null || b.high === null)
    return { ...known, difference, interval: null, direction: "unclear" };
  const interval = {
    low: difference - Math.hypot(now.value - a.low, b.high - before.value),
    high: difference + Math.hypot(a.high - now.value, before.value - b.low),
  };
  return { ...known, difference, interval, direction: directionOf(interval, 0) };
}

type Weeks = { median: number | null; weeks: readonly number[] };

/** How often, by the ratio of weekly means. */
export function compareWeeks(now: Weeks, before: Weeks) {
  const known = { previous: before.median, previousN: before.weeks.length };
  const found = now.median === null || before.median === null ? null : weeklyRatio(now.weeks, before.weeks);
  if (!found) return { ...known, difference: null, interval: null, direction: "not_comparable" };
  const { ratio, low, high } = found;
  return { ...known, difference: ratio, interval: { low, high }, direction: directionOf({ low, high }, 1) };
}

const hour = 3600;
const day = 24 * hour;

/** Which of the six answers of DORA's Quick Check a duration is, the best first. */
export function durationBand(seconds: number | null): number | null {
  if (seconds === null) return null;
  const index = [hour, day, 7 * day, 30 * day, 183 * day].findIndex((bound) => seconds < bound);
  return index < 0 ? 6 : index + 1;
}

export function frequencyBand(perWeek: number | null, perMonth: number, inHalfYear: number): number | null {
  if (perWeek === null) return null;
  if (perWeek >= 1) return perWeek >= 10 ? 1 : perWeek >= 5 ? 2 : 3;
  if (perMonth >= 1) return 4;
  return inHalfYear >= 1 ? 5 : 6;
}
