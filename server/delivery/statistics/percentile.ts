/**
 * The p-quantile (0..1) of values in ascending order, by linear interpolation at h = (n − 1) · p: PostgreSQL's
 * percentile_cont, definition 7 of Hyndman and Fan (1996). Null without values.
 */
export function percentile(sorted: ArrayLike<number>, p: number): number | null {
  if (sorted.length === 0) return null;
  const h = (sorted.length - 1) * p;
  const low = Math.floor(h);
  const below = sorted[low] ?? 0;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] ?? below;
  return below + (h - low) * (above - below);
}

export const ascending = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();
