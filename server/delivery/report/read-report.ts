import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { importHistoryRefusal } from "#server/delivery/policy.ts";
import { wilsonInterval } from "#server/delivery/statistics/wilson.ts";

/** The report's own way of counting, which is not the pages': see docs/delivery.md. */
export const reportDefinition = "report-1";

export type ReportInput = {
  entityRef: string;
  /** Half-open [from, to) on the time of deployment; the first to the last deployment where they are left out. */
  from?: Date | undefined;
  to?: Date | undefined;
  unit: "commit" | "change";
  /** From the deployment of what is taken back to the revert's commit, in days; null: however long it took. */
  revertHorizonDays: number | null;
};

export type LeadTime = { median: number | null; p90: number | null };
export type Quarter = { deployments: number; changes: number; leadTimeSeconds: LeadTime };

/** Times in seconds with fractions, unrounded, UTC; null where there is nothing to tell. */
export type DeliveryReport = {
  definitionVersion: string;
  entityRef: string;
  unit: "commit" | "change";
  from: string | null;
  to: string | null;
  deployments: number;
  forward: number;
  redeploys: number;
  rollbacks: number;
  baselines: number;
  unknown: number;
  changes: number;
  leadTimeSeconds: LeadTime;
  deploymentsPerWeekMedian: number | null;
  failed: number;
  changeFailRate: number | null;
  wilson95: [number, number] | null;
  recoverySeconds: { median: number | null };
  quarters: Record<string, Quarter>;
};

type Totals = {
  deployments: number;
  forward: number;
  redeploys: number;
  rollbacks: number;
  baselines: number;
  unknown: number;
  changes: number;
  median: number | null;
  p90: number | null;
  weekly: number | null;
  failed: number;
  recovery: number | null;
};

/**
 * What `milepost delivery report` prints. `deployments`, also the rate's denominator, are all successful ones but the
 * baseline, without maturation; a failed one is one that a revert in a later deployment takes back, or that was rolled
 * back; the weekly median is over the ISO weeks strictly between the first and the last, empty ones included.
 */
export async function readReport(ctx: Ctx, input: ReportInput): Promise<DeliveryReport> {
  ensure(importHistoryRefusal(ctx.actor));
  const entityRef = normaliseRef(input.entityRef) ?? input.entityRef;
  const [service] = await ctx.db.execute<{ id: string }>(sql`
    select id from delivery_services where entity_ref = ${entityRef}`);
  if (!service)
    throw notFound(
      `Nothing is known of deployments of ${entityRef}: import its history, or connect its repository`,
    );
  const window = windowRows(service.id, input);
  const [totals] = await ctx.db.execute<Totals>(sql`
    with ${window},
    weeks as (
      select date_trunc('week', deployed_at at time zone 'UTC') as week from counted_time
    ),
    inner_weeks as (
      select w.week, count(c.week) as n
      from (select min(week) as first, max(week) as last from weeks) b
      cross join lateral generate_series(b.first + interval '1 week', b.last - interval '1 week', interval '1 week') as w(week)
      left join weeks c on c.week = w.week
      group by 1
    )
    select
      (select count(*) from counted)::int as deployments,
      (select count(*) from mine where kind = 'forward')::int as forward,
      (select count(*) from mine where kind = 'redeploy')::int as redeploys,
      (select count(*) from mine where kind = 'rollback')::int as rollbacks,
      (select count(*) from mine where kind = 'baseline')::int as baselines,
      (select count(*) from mine where attribution = 'unknown')::int as unknown,
      (select count(*) from leads)::int as changes,
      (select percentile_cont(0.5) within group (order by lead) from leads) as median,
      (select percentile_cont(0.9) within group (order by lead) from leads) as p90,
      (select percentile_cont(0.5) within group (order by n) from inner_weeks) as weekly,
      (select count(*) from failures)::int as failed,
      (select percentile_cont(0.5) within group (order by recovery) from failures) as recovery`);
  const [span] = await ctx.db.execute<{ first: string | null; last: string | null }>(sql`
    with ${window} select min(succeeded_at) as first, max(succeeded_at) as last from counted`);
  const { median, p90, weekly, recovery, ...counts } = totals ?? emptyTotals;
  const wilson = wilsonInterval(counts.failed, counts.deployments);
  const time = (text: string | null | undefined) => (text ? new Date(text).toISOString() : null);
  return {
    definitionVersion: reportDefinition,
    entityRef,
    unit: input.unit,
    from: input.from?.toISOString() ?? time(span?.first),
    to: input.to?.toISOString() ?? time(span?.last),
    ...counts,
    leadTimeSeconds: { median, p90 },
    deploymentsPerWeekMedian: weekly,
    changeFailRate: counts.deployments > 0 ? counts.failed / counts.deployments : null,
    wilson95: wilson ? [wilson.low, wilson.high] : null,
    recoverySeconds: { median: recovery },
    quarters: await readQuarters(ctx, window),
  };
}

const emptyTotals: Totals = {
  deployments: 0,
  forward: 0,
  redeploys: 0,
  rollbacks: 0,
  baselines: 0,
  unknown: 0,
  changes: 0,
  median: null,
  p90: null,
  weekly: null,
  failed: 0,
  recovery: null,
};

async function readQuarters(ctx: Ctx, window: ReturnType<typeof sql>): Promise<Record<string, Quarter>> {
  const rows = await ctx.db.execute<{
    quarter: string;
    deployments: number;
    changes: number;
    median: number | null;
    p90: number | null;
  }>(sql`
    with ${window}
    select d.quarter, d.n::int as deployments, coalesce(l.n, 0)::int as changes, l.median, l.p90
    from (
      select to_char(deployed_at at time zone 'UTC', 'YYYY"-Q"Q') as quarter, count(*) as n from counted_time group by 1
    ) d
    left join (
      select to_char(deployed_at at time zone 'UTC', 'YYYY"-Q"Q') as quarter, count(*) as n,
        percentile_cont(0.5) within group (order by lead) as median,
        percentile_cont(0.9) within group (order by lead) as p90
      from leads group by 1
    ) l using (quarter)
    order by 1`);
  return Object.fromEntries(
    rows.map(({ quarter, deployments, changes, median, p90 }) => [
      quarter,
      { deployments, changes, leadTimeSeconds: { median, p90 } },
    ]),
  );
}

/** The rows of the window as named queries. */
function windowRows(serviceId: string, input: ReportInput): ReturnType<typeof sql> {
  const after = input.from ? sql`and d.succeeded_at >= ${input.from.toISOString()}::timestamptz` : sql``;
  const before = input.to ? sql`and d.succeeded_at < ${input.to.toISOString()}::timestamptz` : sql``;
  const leads =
    input.unit === "commit"
      ? sql`select c.succeeded_at as deployed_at, m.lead_seconds as lead
          from counted c join service_commits m on m.deployment_id = c.id where m.is_counted`
      : sql`select c.succeeded_at as deployed_at, x.lead_seconds as lead
          from counted c join deployment_changes x on x.deployment_id = c.id`;
  const horizon =
    input.revertHorizonDays === null
      ? sql``
      : sql`and (f.signal <> 'revert' or f.seen_at <= c.succeeded_at + make_interval(days => ${input.revertHorizonDays}))`;
  return sql`
    mine as materialized (
      select d.* from service_deployments d
      where d.service_id = ${serviceId} and d.tier = 'production' and d.succeeded_at is not null ${after} ${before}
    ),
    counted as materialized (select * from mine where kind <> 'baseline'),
    counted_time as (select succeeded_at as deployed_at from counted),
    leads as materialized (${leads}),
    failures as materialized (
      select c.id, extract(epoch from min(f.recovered_at) - c.succeeded_at)::float8 as recovery
      from counted c join deployment_failures f on f.deployment_id = c.id
      where f.signal in ('revert', 'rollback', 'incident', 'status') and f.decision is distinct from 'rejected' ${horizon}
      group by c.id, c.succeeded_at
    )`;
}
