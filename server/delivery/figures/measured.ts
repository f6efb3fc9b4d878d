import type { Ctx } from "#server/core/context.ts";
import { daysBetween } from "#server/delivery/calendar/zoned-days.ts";
import { countDeployments, countFrequency, readMedianGap, type SpanCounts } from "./count-deployments.ts";
import { type LeadTimes, mostDrawn, readLeadTimes, readStages, type Stages } from "./lead-times.ts";
import { type Observation, readObservation } from "./observation.ts";
import { oldestUnreviewed } from "./oldest-unreviewed.ts";
import type { Options } from "./parts.ts";
import { type Recoveries, readRecoveries } from "./recoveries.ts";
import { type ResolvedScope, scopeKey } from "./scope.ts";
import { completeWeeks, type FiguresWindow, type Span } from "./window.ts";

export type Side = {
  counts: SpanCounts;
  leadTimes: LeadTimes;
  recoveries: Recoveries;
  weeks: readonly number[];
};

/** All that the figures of a window are made of, as counted in the rows. */
export type Measured = {
  hasServices: boolean;
  observation: Observation;
  to: Date;
  days: number;
  now: Side;
  previous: Side;
  stages: Stages;
  medianGap: number | null;
  /** In the last 26 weeks of the window's weeks. */
  inHalfYear: number;
  oldestUnreviewedAt: Date | null;
};

/** What need not be read again: the window before, and how many deployments counted in a week. */
export type Known = { before?: Side | undefined; weeks?: ReadonlyMap<string, number> | undefined };

/** Reads what a window's figures rest on, with the window before it, from the rows themselves. */
export async function measure(
  ctx: Ctx,
  scope: ResolvedScope,
  window: FiguresWindow,
  options: Options,
  { before, weeks }: Known = {},
): Promise<Measured> {
  const { services } = scope;
  const unknownWeeks = window.weeks.filter(({ key }) => weeks?.get(key) === undefined);
  const spans = before ? [window.now] : [window.now, window.previous];
  const asked = { ...options, timeZone: window.calendar.timeZone, asOf: window.asOf };
  const drawing = { ...options, seed: scopeKey(scope), mostDrawn: mostDrawn.window };
  const [observation, counts, leadTimes, recoveries, weekCounts, stages, medianGap, oldestUnreviewedAt] =
    await Promise.all([
      readObservation(ctx, services, window.now),
      countDeployments(ctx, services, spans, asked),
      readLeadTimes(ctx, services, spans, drawing),
      readRecoveries(ctx, services, spans, asked),
      countFrequency(ctx, services, unknownWeeks, options),
      readStages(ctx, services, window.now, options),
      readMedianGap(ctx, services, window.now, options),
      oldestUnreviewed(ctx, services, window.now, options),
    ]);
  const inWeek = ({ key }: Pick<Span, "key">) => weeks?.get(key) ?? weekCounts.get(key) ?? 0;
  const side = (span: Span): Side => ({
    counts: known(counts, span),
    leadTimes: known(leadTimes, span),
    recoveries: known(recoveries, span),
    weeks: completeWeeks(window, span, observation.since).map(inWeek),
  });
  return {
    hasServices: services.length > 0,
    observation,
    to: window.now.to,
    days: daysBetween(window.days.from, window.days.to),
    now: side(window.now),
    previous: before ?? side(window.previous),
    stages,
    medianGap,
    inHalfYear: window.weeks.slice(-26).reduce((sum, week) => sum + inWeek(week), 0),
    oldestUnreviewedAt,
  };
}

/** Readers answer for each span that they are asked about. */
export function known<Value>(found: ReadonlyMap<string, Value>, { key }: Pick<Span, "key">): Value {
  const value = found.get(key);
  if (value === undefined) throw new Error(`Nothing was read for ${key}`);
  return value;
}
