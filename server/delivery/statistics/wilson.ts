import { z95 } from "./normal.ts";

export type Bounds = { low: number; high: number };

/** Wilson's score interval (1927) of `hits` out of `n`, as shares of 1. Null when n is 0. */
export function wilsonInterval(hits: number, n: number, z = z95): Bounds | null {
  if (n <= 0) return null;
  const p = hits / n;
  const z2 = z * z;
  const centre = p + z2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  // At the ends the formula gives 0 and 1 exactly; floating point does not.
  return {
    low: hits === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: hits === n ? 1 : Math.min(1, (centre + half) / scale),
  };
}
