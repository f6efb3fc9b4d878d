import { clusteredQuantileBounds } from "./clustered-quantile.ts";
import { z95 } from "./normal.ts";
import { percentile } from "./percentile.ts";
import { seededDraws } from "./seeded-random.ts";
import type { Bounds } from "./wilson.ts";

/** How often the deployments are drawn anew. */
export const resamples = 2000;

const drawsAtOnce = 50;

/** A deployment's values are drawn together: what came in one deployment is not independent. */
export type Clusters = readonly ArrayLike<number>[];

/**
 * The 95 % percentile interval of the pooled median, by drawing whole clusters with replacement. The same seed gives the
 * same interval. Null with fewer than two clusters, which tell nothing of how clusters differ. `pause` is awaited between
 * draws, so that others get their turn; the work is about 2000 × (clusters + the values near the median).
 */
export async function bootstrapMedian(
  clusters: Clusters,
  seed: string,
  pause: () => Promise<void>,
): Promise<Bounds | null> {
  const filled = clusters.filter((values) => values.length > 0);
  if (filled.length < 2) return null;
  const pooled = pool(filled);
  const start = skippable(filled, pooled);
  const sizes = Uint32Array.from(filled, (values) => values.length);
  const draw = seededDraws(seed);
  const medians = new Float64Array(resamples);
  const weights = new Uint32Array(filled.length);
  for (let i = 0; i < resamples; i++) {
    weights.fill(0);
    let [drawn, below] = [0, 0];
    for (let j = 0; j < filled.length; j++) {
      const k = draw(filled.length);
      weights[k] = (weights[k] ?? 0) + 1;
      drawn += sizes[k] ?? 0;
      below += start.below[k] ?? 0;
    }
    // Where the median lies among the values that are mostly below it, all are looked at.
    const from = below <= Math.floor((drawn - 1) / 2) ? { at: start.at, seen: below } : { at: 0, seen: 0 };
    medians[i] = weightedMedian(pooled, weights, drawn, from);
    // Asking costs as much as a draw of a few deployments.
    if (i % drawsAtOnce === 0) await pause();
  }
  medians.sort();
  const [low, high] = [percentile(medians, 0.025), percentile(medians, 0.975)];
  return low === null || high === null ? null : { low, high };
}

type Pooled = { values: Float64Array; owners: Uint32Array };

/** All values in ascending order, each with the cluster that it came from. */
function pool(clusters: Clusters): Pooled {
  const pairs = clusters.flatMap((values, owner) => Array.from(values, (value) => ({ value, owner })));
  pairs.sort((a, b) => a.value - b.value);
  return {
    values: Float64Array.from(pairs, ({ value }) => value),
    owners: Uint32Array.from(pairs, ({ owner }) => owner),
  };
}

/** Beyond so many standard errors hardly a draw has its median. */
const farOff = 5;

/**
 * Up to which place in the pooled values hardly a median lies, and how many values of each cluster stand before it: these
 * need not be walked through for each draw. Which values are skipped changes no median.
 */
function skippable(clusters: Clusters, { values, owners }: Pooled): { at: number; below: Uint32Array } {
  const median = percentile(values, 0.5) ?? 0;
  let squares = 0;
  for (const one of clusters) {
    const under = Array.from(one).filter((value) => value <= median).length;
    squares += (under - one.length / 2) ** 2;
  }
  const sums = { clusters: clusters.length, values: values.length, squares };
  const error = (0.5 - (clusteredQuantileBounds(0.5, sums)?.low ?? 0)) / z95;
  const at = Math.max(0, Math.floor(values.length * (0.5 - farOff * error)));
  const below = new Uint32Array(clusters.length);
  for (let i = 0; i < at; i++) below[owners[i] ?? 0] = (below[owners[i] ?? 0] ?? 0) + 1;
  return { at, below };
}

/**
 * The median of the values as if each stood there as often as its cluster was drawn; `drawn` of them in all, of which `seen`
 * stand before the place `at`.
 */
function weightedMedian(
  { values, owners }: Pooled,
  weights: Uint32Array,
  drawn: number,
  from: { at: number; seen: number },
): number {
  const low = Math.floor((drawn - 1) / 2);
  const high = Math.ceil((drawn - 1) / 2);
  let seen = from.seen;
  let below: number | undefined;
  for (let i = from.at; i < values.length; i++) {
    seen += weights[owners[i] ?? 0] ?? 0;
    const value = values[i] ?? 0;
    if (below === undefined && seen > low) below = value;
    if (seen > high) return ((below ?? value) + value) / 2;
  }
  return below ?? 0;
}
