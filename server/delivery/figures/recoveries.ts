import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { survivalMedian } from "#server/delivery/statistics/kaplan-meier.ts";
import { orderInterval } from "#server/delivery/statistics/order-interval.ts";
import { ascending, percentile } from "#server/delivery/statistics/percentile.ts";
import type { Interval, IntervalMethod } from "./model.ts";
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

type Row = { key: string; at: string; recoveredAt: string | null; detectedAt: string | null };

/** Failures are few: at most so many rows of a span are looked at, the newest first. */
export const mostFailures = 20_000;

/**
 * How long failed deployments took to recover, in each span. Those that were open at its end count with the time that
 * they had taken by then, or by `asOf` where the span has not ended.
 */
export async function readRecoveries(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  asked: Options & { asOf: Date },
): Promise<Map<string, Recoveries>> {
  const rows =
    services.length === 0
      ? []
      : await ctx.db.execute<Row>(sql`
    select w.key, x.at, x.recovered_at as "recoveredAt", x.detected_at as "detectedAt"
    from ${failuresIn(services, spans, asked)} order by x.at desc limit ${mostFailures * spans.length}`);
  const bySpan = Map.groupBy(rows, ({ key }) => key);
  return new Map(
    spans.map((span) => {
      const end = new Date(Math.min(span.to.getTime(), asked.asOf.getTime()));
      return [span.key, toRecoveries(bySpan.get(span.key) ?? [], span.to, end)];
    }),
  );
}

const seconds = (from: Date, to: Date) => Math.max(0, (to.getTime() - from.getTime()) / 1000);

function toRecoveries(rows: readonly Row[], to: Date, end: Date): Recoveries {
  const failures = rows.map((row) => {
    const [at, recovered] = [new Date(row.at), row.recoveredAt ? new Date(row.recoveredAt) : null];
    const isOver = recovered !== null && recovered < to;
    return { at, isOver, seconds: seconds(at, isOver ? recovered : end), recovered, row };
  });
  const over = failures.filter(({ isOver }) => isOver);
  const open = failures.filter(({ isOver }) => !isOver);
  const detected = over.flatMap(({ at, recovered, row }) =>
    row.detectedAt && recovered ? [{ at, seen: new Date(row.detectedAt), recovered }] : [],
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
