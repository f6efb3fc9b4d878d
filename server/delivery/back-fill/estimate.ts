import type { Estimate } from "./model.ts";

export type Measurements = {
  /** Requests made so far, and in how many milliseconds. */
  requests: number;
  activeMs: number;
  /** Newest slices that are whole: how many, and what they took in requests. */
  first: { n: number; mean: number; deviation: number };
  /** Older slices that are whole. */
  older: { n: number; mean: number };
  left: { first: number; older: number };
  /** What the host's limit leaves now, when it is renewed, and what it leaves in each hour then; null: no limit. */
  budget: { left: number; renewedInSeconds: number; anHour: number } | null;
};

/** Before that much was measured nothing is said. */
const least = { slices: 5, requests: 30, activeMs: 10_000 };
/** An identity and nothing else: what a slice costs of a repository where nothing happened. */
const cheapest = 1;

/**
 * How long the rest takes, in seconds: what is left times what a slice took so far, at the measured speed and within the
 * host's rate limit. A range, because repositories differ and the liveliest come first. Null while too little was measured.
 */
export function estimateRest(measured: Measurements): Estimate | null {
  const { requests, activeMs, first, older, left, budget } = measured;
  if (left.first + left.older === 0) return null;
  if (first.n < least.slices || requests < least.requests || activeMs < least.activeMs) return null;
  const error = (2 * first.deviation) / Math.sqrt(first.n);
  const isOlderKnown = older.n >= least.slices;
  const low =
    left.first * Math.max(cheapest, 0.6 * (first.mean - error)) +
    left.older * (isOlderKnown ? Math.max(cheapest, 0.7 * older.mean) : cheapest);
  const high =
    left.first * (first.mean + error) + left.older * (isOlderKnown ? 1.3 * older.mean : first.mean);
  const perSecond = (requests / activeMs) * 1000;
  return { low: secondsFor(low, perSecond, budget), high: secondsFor(high, perSecond, budget) };
}

function secondsFor(requests: number, perSecond: number, budget: Measurements["budget"]): number {
  const busy = requests / perSecond;
  if (!budget || requests <= budget.left) return busy;
  const beyond = requests - budget.left;
  const anHour = Math.max(1, budget.anHour);
  const hours = Math.floor(beyond / anHour);
  return Math.max(busy, budget.renewedInSeconds + hours * 3600 + (beyond - hours * anHour) / perSecond);
}
