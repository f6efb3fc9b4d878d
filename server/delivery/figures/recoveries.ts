import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { survivalMedian } from "#server/delivery/statistics/kaplan-meier.ts";
import { orderInterval } from "#server/delivery/statistics/order-interval.ts";
import { ascending, percentile } from "#server/delivery/statistics/percentile.ts";
import type { Interval, IntervalMethod } from "./figure.ts";
import type { Options } from "./parts.ts";
import { failuresIn } from "./rows.ts";
import type { ScopeService } from "./scope.ts";
import type { Span } from "./window.ts";

export type Recoveries = {
  recovered: number;
  open: number;
  median: number | null;
  interval: Interval | null;
  intervalMethod: IntervalMethod | null;
  oldestOpenAt: Date | null;
  detection: number | null;
  repair: number | null;
  withDetection: number;
};

/** A deployment that failed: when it was live, whole again, and when its failure was noticed. */
export type Failure = { at: Date; recoveredAt: Date | null; detectedAt: Date | null };

type Row = { at: string; recoveredAt: string | null; detectedAt: string | null };

/** Failed deployments that were not whole again before these spans began; for all of them at once, as failures are few. */
export async function readFailures(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  options: Options,
): Promise<Failure[]> {
  const [first] = spans;
  if (services.length === 0 || !first) return [];
  const all: Span = {
    ...first,
    from: new Date(Math.min(...spans.map(({ from }) => from.getTime()))),
    to: new Date(Math.max(...spans.map(({ to }) => to.getTime()))),
  };
  const rows = await ctx.db.execute<Row>(sql`
    select x.at, x.recovered_at as "recoveredAt", x.detected_at as "detectedAt"
    from ${failuresIn(services, [all], options)} order by x.at desc, x.id`);
  const moment = (at: string | null) => (at === null ? null : new Date(at));
  return rows.map(({ at, recoveredAt, detectedAt }) => ({
    at: new Date(at),
    recoveredAt: moment(recoveredAt),
    detectedAt: moment(detectedAt),
  }));
}

const seconds = (from: Date, to: Date) => Math.max(0, (to.getTime() - from.getTime()) / 1000);

/** Failures that ended in the span, or were open at its end. */
const failuresOf = (failures: readonly Failure[], { from, to }: Span): Failure[] =>
  failures.filter(({ at, recoveredAt }) => at < to && (recoveredAt === null || recoveredAt >= from));

/** How long those took that ended in the span, in ascending order. */
export const recoveryTimes = (failures: readonly Failure[], span: Span): Float64Array =>
  ascending(
    failuresOf(failures, span).flatMap(({ at, recoveredAt }) =>
      recoveredAt && recoveredAt < span.to ? [seconds(at, recoveredAt)] : [],
    ),
  );

/**
 * How long failed deployments took to recover. Those that were open at the span's end count with the time that they had
 * taken by then, or by `asOf` where the span has not ended.
 */
export function measureRecoveries(all: readonly Failure[], span: Span, asOf: Date): Recoveries {
  const end = new Date(Math.min(span.to.getTime(), asOf.getTime()));
  const failures = failuresOf(all, span).map(({ at, recoveredAt: recovered, detectedAt }) => {
    const isOver = recovered !== null && recovered < span.to;
    return { at, isOver, seconds: seconds(at, isOver ? recovered : end), recovered, detectedAt };
  });
  const over = failures.filter(({ isOver }) => isOver);
  const open = failures.filter(({ isOver }) => !isOver);
  const detected = over.flatMap(({ at, recovered, detectedAt }) =>
    detectedAt && recovered ? [{ at, seen: detectedAt, recovered }] : [],
  );
  const middle = (list: number[]) => percentile(ascending(list), 0.5);
  return {
    recovered: over.length,
    open: open.length,
    ...summary(failures, open.length > 0),
    oldestOpenAt: open.reduce<Date | null>((oldest, { at }) => (oldest && oldest < at ? oldest : at), null),
    detection: middle(detected.map(({ at, seen }) => seconds(at, seen))),
    repair: middle(detected.map(({ seen, recovered }) => seconds(seen, recovered))),
    withDetection: detected.length,
  };
}

/** Without open ones the ordinary median and the interval between two of the values; with them Kaplan and Meier's. */
function summary(
  failures: readonly { seconds: number; isOver: boolean }[],
  hasOpen: boolean,
): Pick<Recoveries, "median" | "interval" | "intervalMethod"> {
  if (hasOpen) {
    const { median, low, high } = survivalMedian(failures);
    const isKnown = low !== null || high !== null;
    return {
      median,
      interval: isKnown ? { low, high } : null,
      intervalMethod: isKnown ? "survival" : null,
    };
  }
  const sorted = ascending(failures.map((failure) => failure.seconds));
  const interval = orderInterval(sorted);
  return { median: percentile(sorted, 0.5), interval, intervalMethod: interval && "order" };
}
