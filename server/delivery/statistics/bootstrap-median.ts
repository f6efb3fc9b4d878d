import { percentile } from "./percentile.ts";
import { seededDraws } from "./seeded-random.ts";
import type { Bounds } from "./wilson.ts";

/** How often the deployments are drawn anew. */
export const resamples = 2000;

const drawsAtOnce = 50;

/** A deployment's values are drawn together: what came in one deployment is not independent. */
export type Clusters = readonly (readonly number[])[];

/**
 * The 95 % percentile interval of the pooled median, by drawing whole clusters with replacement. The same seed gives the
 * same interval. Null with fewer than two clusters, which tell nothing of how clusters differ. `pause` is awaited between
 * draws, so that others get their turn; the work is about 2000 × (clusters + half of the values).
 */
export async function bootstrapMedian(
  clusters: Clusters,
  seed: string,
  pause: () => Promise<void>,
): Promise<Bounds | null> {
  const filled = clusters.filter((values) => values.length > 0);
  if (filled.length < 2) return null;
  const pooled = pool(filled);
  const sizes = filled.map((values) => values.length);
  const draw = seededDraws(seed);
  const medians = new Float64Array(resamples);
  const weights = new Uint32Array(filled.length);
  for (let i = 0; i < resamples; i++) {
    weights.fill(0);
    let drawn = 0;
    for (let j = 0; j < filled.length; j++) {
      const k = draw(filled.length);
      weights[k] = (weights[k] ?? 0) + 1;
      drawn += sizes[k] ?? 0;
    }
    medians[i] = weightedMedian(pooled, weights, drawn);
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
  const pairs = clusters.flatMap((values, owner) => values.map((value) => ({ value, owner })));
  pairs.sort((a, b) => a.value - b.value);
  return {
    values: Float64Array.from(pairs, ({ value }) => value),
    owners: Uint32Array.from(pairs, ({ owner }) => owner),
  };
}

/** The median of the values as if each stood there as often as its cluster was drawn; `drawn` of them in all. */
function weightedMedian({ values, owners }: Pooled, weights: Uint32Array, drawn: number): number {
  const low = Math.floor((drawn - 1) / 2);
  const high = Math.ceil((drawn - 1) / 2);
  let seen = 0;
  let below: number | undefined;
  for (let i = 0; i < values.length; i++) {
    seen += weights[owners[i] ?? 0] ?? 0;
    const value = values[i] ?? 0;
    if (below === undefined && seen > low) below = value;
    if (seen > high) return ((below ?? value) + value) / 2;
  }
  return below ?? 0;
}
