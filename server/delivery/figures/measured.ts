import { daysBetween } from "#server/delivery/calendar/zoned-days.ts";
import { countDeployments, frequencyOf, oldestUnreviewed, type SpanCounts } from "./count-deployments.ts";
import type { Disputed } from "./count-disputed.ts";
import { type Day, daysIn } from "./days.ts";
import { medianGap } from "./gaps.ts";
import { type LeadTimes, measureLeadTimes, measureStages, mostDrawn, type Stages } from "./lead-times.ts";
import { completeWeeks, type Observation } from "./observation.ts";
import { type Failure, measureRecoveries, type Recoveries } from "./recoveries.ts";
import type { FiguresWindow, Span } from "./window.ts";

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
  disputed: Disputed;
};

/** What was read of a scope. */
export type Facts = {
  /** From which its draws follow. */
  seed: string;
  /** Of the window, the one before it, and all weeks that are drawn. */
  days: readonly Day[];
  failures: readonly Failure[];
  /** Lead times of the window before, where they are known: their values need not be read again. */
  before?: LeadTimes | undefined;
};

type Seen = { hasServices: boolean; observation: Observation; disputed: Disputed };

/** Counts what a window's figures rest on, with the window before it. `leads` are the window's lead times. */
export async function measure(
  window: FiguresWindow,
  { seed, days, failures, before }: Facts,
  seen: Seen,
  leads: Float64Array,
): Promise<Measured> {
  const drawing = { seed, mostDrawn: mostDrawn.window };
  const inWeek = (week: Span) => daysIn(days, week).reduce((sum, day) => sum + frequencyOf(day), 0);
  const side = (span: Span, leadTimes: LeadTimes): Side => ({
    counts: countDeployments(days, span),
    leadTimes,
    recoveries: measureRecoveries(failures, span, window.asOf),
    weeks: completeWeeks(window, span, seen.observation).map(inWeek),
  });
  return {
    ...seen,
    to: window.now.to,
    days: daysBetween(window.days.from, window.days.to),
    now: side(window.now, await measureLeadTimes(days, window.now, drawing, leads)),
    previous: side(window.previous, before ?? (await measureLeadTimes(days, window.previous, drawing))),
    stages: measureStages(days, window.now),
    medianGap: medianGap(days, window.now),
    inHalfYear: window.weeks.slice(-26).reduce((sum, week) => sum + inWeek(week), 0),
    oldestUnreviewedAt: oldestUnreviewed(days, window.now),
  };
}
