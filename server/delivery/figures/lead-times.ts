import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { takeTurns } from "#server/core/take-turns.ts";
import { bootstrapMedian } from "#server/delivery/statistics/bootstrap-median.ts";
import { type ClusterSums, clusteredQuantileBounds } from "#server/delivery/statistics/clustered-quantile.ts";
import { leastDeploymentsOfLeadTime, minimum } from "./definitions.ts";
import type { Interval, IntervalMethod, Stage } from "./model.ts";
import { type Options, partOf } from "./parts.ts";
import { changesIn } from "./rows.ts";
import type { ScopeService } from "./scope.ts";
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
 * Up to here whole deployments are drawn anew; beyond, the interval is computed in the database from how deployments
 * differ: two thousand draws of more would hold up everything else, and with so many the two agree. For each span by
 * itself, so that its interval does not hang on what else is asked for. Weeks come by the dozen, so theirs is lower.
 */
export const mostDrawn = {
  window: { changes: 3_000, deployments: 1_500 },
  week: { changes: 300, deployments: 150 },
} satisfies Record<string, MostDrawn>;

const hasEnough = ({ changes, deployments }: { changes: number; deployments: number }) =>
  changes >= minimum.leadTime && deployments >= leastDeploymentsOfLeadTime;

type Asked = Options & { seed: string; mostDrawn: MostDrawn };

type Row = {
  key: string;
  changes: number;
  deployments: number;
  clamped: number;
  bots: number;
  at: number[] | null;
};

/** Lead times in each span, with the interval of the median. `seed` names service or scope: the same draws at each look. */
export async function readLeadTimes(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  asked: Asked,
): Promise<Map<string, LeadTimes>> {
  const rows = services.length === 0 ? [] : await summarise(ctx, services, spans, asked);
  const found = new Map(rows.map((row) => [row.key, row]));
  const intervals = await readIntervals(ctx, services, spans, rows.filter(hasEnough), asked);
  return new Map(spans.map(({ key }) => [key, toLeadTimes(found.get(key), intervals.get(key))]));
}

function toLeadTimes(row: Row | undefined, interval: Found | undefined): LeadTimes {
  const [median = null, p75 = null, p90 = null] = row && hasEnough(row) ? (row.at ?? []) : [];
  return {
    changes: row?.changes ?? 0,
    deployments: row?.deployments ?? 0,
    clamped: row?.clamped ?? 0,
    bots: row?.bots ?? 0,
    median,
    p75,
    p90,
    interval: interval?.interval ?? null,
    intervalMethod: interval?.method ?? null,
  };
}

async function summarise(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  options: Options,
): Promise<Row[]> {
  const is = (part: string): SQL => partOf("leadTime", part, options).condition;
  const rows = await ctx.db.execute<Row>(sql`
    select w.key, (count(*) filter (where ${is("changes")}))::int as changes,
      (count(distinct c.deployment_id) filter (where ${is("changes")}))::int as deployments,
      (count(*) filter (where ${is("clamped")}))::int as clamped,
      (count(*) filter (where ${is("bots")}))::int as bots,
      percentile_cont(array[0.5, 0.75, 0.9]) within group (order by c.lead_seconds) filter (where ${is("changes")}) as at
    from ${changesIn(services, spans, options)} group by w.key`);
  return [...rows];
}

type Found = { interval: Interval; method: IntervalMethod };

async function readIntervals(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  rows: readonly Row[],
  asked: Asked,
): Promise<Map<string, Found>> {
  const { changes, deployments } = asked.mostDrawn;
  const isSmall = (row: Row) => row.changes <= changes && row.deployments <= deployments;
  const spansOf = (some: readonly Row[]) => spans.filter(({ key }) => some.some((row) => row.key === key));
  const large = rows.filter((row) => !isSmall(row));
  const [byDraw, bySums] = await Promise.all([
    drawIntervals(ctx, services, spansOf(rows.filter(isSmall)), asked),
    computeIntervals(ctx, services, spansOf(large), large, asked),
  ]);
  return new Map([...byDraw, ...bySums]);
}

async function drawIntervals(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  asked: Asked,
): Promise<Map<string, Found>> {
  const intervals = new Map<string, Found>();
  if (spans.length === 0) return intervals;
  // In an order that does not hang on row numbers, which change when deployments are worked out again.
  const rows = await ctx.db.execute<{ key: string; seconds: number[] }>(sql`
    select key, seconds from (
      select w.key, array_agg(c.lead_seconds order by c.lead_seconds) as seconds
      from ${changesIn(services, spans, asked)} where ${partOf("leadTime", "changes", asked).condition}
      group by w.key, c.deployment_id
    ) clusters order by key, seconds`);
  const pause = takeTurns();
  for (const [key, clusters] of Map.groupBy(rows, (row) => row.key)) {
    const span = spans.find((one) => one.key === key);
    const seed = `${asked.seed} ${span?.from.toISOString()} ${span?.to.toISOString()} leadTime`;
    const interval = await bootstrapMedian(
      clusters.map(({ seconds }) => seconds),
      seed,
      pause,
    );
    if (interval) intervals.set(key, { interval, method: "bootstrap" });
  }
  return intervals;
}

/** In two passes for all spans: how the deployments differ around the median, and the values at the bounds. */
async function computeIntervals(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  known: readonly Row[],
  options: Options,
): Promise<Map<string, Found>> {
  if (spans.length === 0) return new Map();
  const from = changesIn(services, spans, options);
  const isCounted = partOf("leadTime", "changes", options).condition;
  const medians = known.map(({ key, at }) => ({ key, median: at?.[0] ?? 0 }));
  const sums = await ctx.db.execute<ClusterSums & { key: string }>(sql`
    select key, count(*)::int as clusters, sum(m)::int as values, sum((b - 0.5 * m) ^ 2)::float8 as squares from (
      select w.key, count(*) as m, count(*) filter (where c.lead_seconds <= k.median) as b
      from ${from}
      join jsonb_to_recordset(${JSON.stringify(medians)}::jsonb) as k(key text, median float8) on k.key = w.key
      where ${isCounted} group by w.key, c.deployment_id
    ) clusters group by key`);
  const bounds = sums.flatMap((row) => {
    const found = clusteredQuantileBounds(0.5, row);
    return found ? [{ key: row.key, ...found }] : [];
  });
  const rows = await ctx.db.execute<{ key: string; low: number; high: number }>(sql`
    select w.key, percentile_cont(q.low) within group (order by c.lead_seconds) as low,
      percentile_cont(q.high) within group (order by c.lead_seconds) as high
    from ${from}
    join jsonb_to_recordset(${JSON.stringify(bounds)}::jsonb) as q(key text, low float8, high float8) on q.key = w.key
    where ${isCounted} group by w.key, q.low, q.high`);
  return new Map(
    rows.map(({ key, low, high }) => [key, { interval: { low, high }, method: "clustered" as const }]),
  );
}

export type Stages = {
  startedBy: { commit: number; pull_request_commit: number; pull_request_opened: number };
  stages: Record<Stage, number | null>;
  withStages: number;
};

/** Where the clock started, and the median of each stage. */
export async function readStages(
  ctx: Ctx,
  services: readonly ScopeService[],
  span: Span,
  options: Options,
): Promise<Stages> {
  const middle = (column: SQL) => sql`percentile_cont(0.5) within group (order by ${column})`;
  const by = (start: string) => sql`(count(*) filter (where c.started_by = ${start}))::int`;
  const [row] =
    services.length === 0
      ? []
      : await ctx.db.execute<Record<Stage | "with" | "commit" | "written" | "opened", number>>(sql`
    select ${by("commit")} as commit, ${by("pull_request_commit")} as written, ${by("pull_request_opened")} as opened,
      ${middle(sql`c.coding_seconds`)} as coding, ${middle(sql`c.pickup_seconds`)} as pickup,
      ${middle(sql`c.review_seconds`)} as review, ${middle(sql`c.deploy_seconds`)} as deploy,
      count(c.coding_seconds)::int as with
    from ${changesIn(services, [span], options)} where ${partOf("leadTime", "changes", options).condition}`);
  const isEnough = (row?.with ?? 0) >= minimum.leadTime;
  const stage = (name: Stage) => (isEnough ? (row?.[name] ?? null) : null);
  return {
    startedBy: {
      commit: row?.commit ?? 0,
      pull_request_commit: row?.written ?? 0,
      pull_request_opened: row?.opened ?? 0,
    },
    stages: {
      coding: stage("coding"),
      pickup: stage("pickup"),
      review: stage("review"),
      deploy: stage("deploy"),
    },
    withStages: row?.with ?? 0,
  };
}
