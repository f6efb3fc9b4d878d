import type { Bounds } from "./wilson.ts";

/** A value with its own 95 % interval. */
export type Estimate = { value: number } & Bounds;

/**
 * The interval of `now − before` from the two intervals alone (MOVER, Zou and Donner 2008). Of two Wilson intervals it is
 * Newcombe's interval of a difference of shares. The two have to be independent.
 */
export function differenceInterval(now: Estimate, before: Estimate): { difference: number } & Bounds {
  const difference = now.value - before.value;
  return {
    difference,
    low: difference - Math.hypot(now.value - now.low, before.high - before.value),
    high: difference + Math.hypot(now.high - now.value, before.value - before.low),
  };
}

/** Up or down only where the interval leaves out no difference at all. */
export function directionOf({ low, high }: Bounds, none = 0): "up" | "down" | "unclear" {
  if (low > none) return "up";
  return high < none ? "down" : "unclear";
}
