import { takeTurns } from "#server/core/take-turns.ts";
import { bootstrapMedian } from "#server/delivery/statistics/bootstrap-median.ts";
import { clusteredQuantileBounds } from "#server/delivery/statistics/clustered-quantile.ts";
import { quantile } from "#server/delivery/statistics/quantile.ts";
import { type Day, type DayValues, daysIn, joined, valuesOf } from "./days.ts";
import { leastDeploymentsOfLeadTime, minimum } from "./definitions.ts";
import type { Interval, IntervalMethod } from "./figure.ts";
import { type Stage, stages } from "./model.ts";
import type { Span } from "./window.ts";

export type LeadTimes = {
  changes: number;
  deployments: number;
  clamped: number;
  bots: number;
  /** Null below the smallest number that a summary may rest on. */
  median: number | null;
  p75: number | null;
  p90: number | null;
  interval: Interval | null;
  intervalMethod: IntervalMethod | null;
};

/** Up to how many changes and deployments a span's interval is found by drawing. */
export type MostDrawn = { changes: number; deployments: number };

/**
 * Up to here whole deployments are drawn anew; beyond, the interval is computed from how deployments differ: two thousand
 * draws of more would hold up everything else, and with so many the two agree. For each span by itself, so that its
 * interval does not hang on what else is asked for. Weeks come by the dozen, so theirs is lower.
 */
export const mostDrawn = {
  window: { changes: 3_000, deployments: 1_500 },
  week: { changes: 300, deployments: 150 },
} satisfies Record<string, MostDrawn>;

/** Lead times of a span, in no order. */
export const leadsOf = (days: readonly Day[], span: Span): Float64Array =>
  joined(valuesOf(daysIn(days, span)).map(({ leads }) => leads));

/**
 * Lead times of a span, with the interval of the median. `seed` names service or scope: the same draws at each look.
 * `leads` are the span's lead times, where they are at hand; they are put into another order.
 */
export async function measureLeadTimes(
  days: readonly Day[],
  span: Span,
  asked: { seed: string; mostDrawn: MostDrawn },
  leads = leadsOf(days, span),
): Promise<LeadTimes> {
  const own = daysIn(days, span);
  const values = valuesOf(own);
  const [changes, deployments] = [leads.length, values.reduce((sum, { sizes }) => sum + sizes.length, 0)];
  const count = (name: string) => own.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
  const hasEnough = changes >= minimum.leadTime && deployments >= leastDeploymentsOfLeadTime;
  const at = (p: number) => (hasEnough ? quantile(leads, p) : null);
  const isSmall = changes <= asked.mostDrawn.changes && deployments <= asked.mostDrawn.deployments;
  const seed = `${asked.seed} ${span.from.toISOString()} ${span.to.toISOString()} leadTime`;
  const found = isSmall ? () => drawInterval(values, seed) : () => computeInterval(values, leads);
  const interval = hasEnough ? await found() : null;
  return {
    ...{ changes, deployments, clamped: count("leadTime.clamped"), bots: count("leadTime.bots") },
    ...{ median: at(0.5), p75: at(0.75), p90: at(0.9), interval },
    intervalMethod: interval && (isSmall ? "bootstrap" : "clustered"),
  };
}

/** The lead times of each deployment, in no order that row numbers decide: these change when it is worked out again. */
function clustersOf(values: readonly DayValues[]): Float64Array[] {
  const clusters: Float64Array[] = [];
  for (const { sizes, leads } of values) {
    let at = 0;
    for (const size of sizes) {
      clusters.push(leads.slice(at, at + size).sort());
      at += size;
    }
  }
  return clusters.sort(byValues);
}

/** As PostgreSQL compares arrays: by the first value that differs, else the shorter one first. */
function byValues(one: Float64Array, other: Float64Array): number {
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

const drawInterval = (values: readonly DayValues[], seed: string): Promise<Interval | null> =>
  bootstrapMedian(clustersOf(values), seed, takeTurns());

/** From how the deployments differ around the median. */
async function computeInterval(values: readonly DayValues[], all: Float64Array): Promise<Interval | null> {
  const median = quantile(all, 0.5) ?? 0;
  let [clusters, squares] = [0, 0];
  for (const { sizes, leads } of values) {
    clusters += sizes.length;
    let at = 0;
    for (const size of sizes) {
      let below = 0;
      for (const end = at + size; at < end; at++) if ((leads[at] ?? 0) <= median) below += 1;
      squares += (below - 0.5 * size) ** 2;
    }
  }
  const bounds = clusteredQuantileBounds(0.5, { clusters, values: all.length, squares });
  return bounds && { low: quantile(all, bounds.low), high: quantile(all, bounds.high) };
}

export type Stages = {
  startedBy: { commit: number; pull_request_commit: number; pull_request_opened: number };
  stages: Record<Stage, number | null>;
  withStages: number;
};

/** Where the clock started, and the median of each stage. */
export function measureStages(days: readonly Day[], span: Span): Stages {
  const own = daysIn(days, span);
  const parts = valuesOf(own).map((values, index) => {
    if (!values.stages) throw new Error(`The stages of ${own[index]?.day} were not read`);
    return values.stages;
  });
  const withStages = parts.reduce((sum, { coding }) => sum + coding.length, 0);
  const isEnough = withStages >= minimum.leadTime;
  const middle = (stage: Stage) =>
    isEnough ? quantile(joined(parts.map((part) => part[stage])), 0.5) : null;
  const started = (by: keyof Stages["startedBy"]) =>
    own.reduce((sum, { counts }) => sum + (counts[`startedBy.${by}`] ?? 0), 0);
  return {
    startedBy: {
      commit: started("commit"),
      pull_request_commit: started("pull_request_commit"),
      pull_request_opened: started("pull_request_opened"),
    },
    stages: Object.fromEntries(stages.map((stage) => [stage, middle(stage)])) as Stages["stages"],
    withStages,
  };
}
