import quickselect from "quickselect";

/**
 * The p-quantile (0..1) of values in any order, by the definition of `percentile`, in a time that grows with their number
 * alone: sorting a million values for one median holds up everything else. Puts the values into another order. Null without
 * values.
 */
export function quantile(values: Float64Array, p: number): number | null {
  if (values.length === 0) return null;
  const h = (values.length - 1) * p;
  const low = Math.floor(h);
  // Made for arrays of any kind, declared for one. After it no value before the place is larger, and none behind it smaller.
  quickselect(values as unknown as number[], low);
  const below = values[low] ?? 0;
  if (h === low) return below;
  let above = Number.POSITIVE_INFINITY;
  for (let at = low + 1; at < values.length; at++) above = Math.min(above, values[at] ?? above);
  return below + (h - low) * (above - below);
}
