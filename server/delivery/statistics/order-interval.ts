import type { Bounds } from "./wilson.ts";

/** With fewer values no pair of them encloses the median with 95 %. */
export const leastForOrderInterval = 6;

/**
 * The interval of a median between two of the values themselves, of independent values in ascending order: the narrowest
 * symmetric pair of ranks that covers it with at least 95 % (binomial, p = 1/2). Null below six values.
 */
export function orderInterval(sorted: ArrayLike<number>): Bounds | null {
  const n = sorted.length;
  if (n < leastForOrderInterval) return null;
  const rank = lowerRank(n);
  const [low, high] = [sorted[rank], sorted[n - 1 - rank]];
  return low === undefined || high === undefined ? null : { low, high };
}

/** The largest k (from 0) for which P(Binomial(n, 1/2) ≤ k) ≤ 2.5 %. Logarithms, so that large n does not underflow. */
function lowerRank(n: number): number {
  let logTerm = -n * Math.LN2;
  let below = Math.exp(logTerm);
  let k = 0;
  while (k < n / 2) {
    logTerm += Math.log((n - k) / (k + 1));
    const next = below + Math.exp(logTerm);
    if (next > 0.025) break;
    below = next;
    k += 1;
  }
  return k;
}
