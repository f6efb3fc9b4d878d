import { z95 } from "./normal.ts";

/** Sums over clusters with m values, of which b lie at or under the quantile: how the share below it varies. */
export type ClusterSums = {
  clusters: number;
  values: number;
  /** Σ (b − p·m)² */
  squares: number;
};

/**
 * Between which quantiles the p-quantile of clustered values lies with 95 % (Woodruff 1952, with the ratio estimator's
 * variance over clusters): the bounds are themselves probabilities, to be looked up in the same values. It agrees with the
 * bootstrap over clusters where there are many, and needs one pass over the values in place of two thousand. Null with
 * fewer than two clusters.
 */
export function clusteredQuantileBounds(p: number, sums: ClusterSums): { low: number; high: number } | null {
  if (sums.clusters < 2 || sums.values === 0) return null;
  const variance = ((sums.clusters / (sums.clusters - 1)) * sums.squares) / sums.values ** 2;
  const half = z95 * Math.sqrt(variance);
  return { low: Math.max(0, p - half), high: Math.min(1, p + half) };
}
