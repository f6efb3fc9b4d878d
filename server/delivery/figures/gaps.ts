import { quantile } from "#server/delivery/statistics/quantile.ts";
import { type Day, daysIn, joined, valuesOf } from "./days.ts";
import type { Span } from "./window.ts";

/** The gap in the middle between deployments of one service that count, both in the span, in seconds. */
export function medianGap(days: readonly Day[], span: Span): number | null {
  const first = span.from.getTime() * 1000;
  const found = valuesOf(daysIn(days, span)).map(({ gaps }) => gapsFrom(gaps, first));
  return quantile(joined(found), 0.5);
}

function gapsFrom(pairs: Float64Array, first: number): Float64Array {
  const gaps = new Float64Array(pairs.length / 2);
  let n = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const [before = 0, at = 0] = [pairs[i], pairs[i + 1]];
    if (before >= first) gaps[n++] = (at - before) / 1_000_000;
  }
  return gaps.subarray(0, n);
}
