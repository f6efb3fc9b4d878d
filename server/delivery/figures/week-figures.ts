import type { Ctx } from "#server/core/context.ts";
import { countDeployments, type SpanCounts } from "./count-deployments.ts";
import { minimum } from "./definitions.ts";
import { type LeadTimes, mostDrawn, readLeadTimes } from "./lead-times.ts";
import { known } from "./measured.ts";
import type { WeekFigures } from "./model.ts";
import type { Options } from "./parts.ts";
import { type Recoveries, readRecoveries } from "./recoveries.ts";
import { type ResolvedScope, scopeKey } from "./scope.ts";
import type { FiguresWindow, WeekSpan } from "./window.ts";

/** What was counted in a week; whether it was observed and has ended is said when it is shown. */
export type WeekBody = Omit<WeekFigures, "week" | "start" | "isPartial" | "isObserved">;

/** The points of these weeks, by the week's first day. */
export async function measureWeeks(
  ctx: Ctx,
  scope: ResolvedScope,
  window: Pick<FiguresWindow, "calendar" | "asOf">,
  weeks: readonly WeekSpan[],
  options: Options,
): Promise<Map<string, WeekBody>> {
  const { services } = scope;
  const asked = { ...options, timeZone: window.calendar.timeZone, asOf: window.asOf };
  const drawing = { ...options, seed: scopeKey(scope), mostDrawn: mostDrawn.week };
  const [counts, leadTimes, recoveries] = await Promise.all([
    countDeployments(ctx, services, weeks, asked),
    readLeadTimes(ctx, services, weeks, drawing),
    readRecoveries(ctx, services, weeks, asked),
  ]);
  return new Map(
    weeks.map((week) => [
      week.key,
      toBody(known(counts, week), known(leadTimes, week), known(recoveries, week)),
    ]),
  );
}

function toBody({ parts }: SpanCounts, leadTimes: LeadTimes, recoveries: Recoveries): WeekBody {
  const part = (name: string) => parts[name] ?? 0;
  return {
    forward: part("frequency.deployments"),
    redeploys: part("frequency.redeploys"),
    rollbacks: part("frequency.rollbacks"),
    changes: leadTimes.changes,
    leadTime: leadTimes.median,
    leadTimeP90: leadTimes.p90,
    leadTimeInterval: leadTimes.interval,
    judged: part("changeFailRate.deployments"),
    failed: part("changeFailRate.confirmed"),
    unreviewed: part("changeFailRate.suggested"),
    recovered: recoveries.recovered,
    recovery: recoveries.recovered + recoveries.open < minimum.recovery ? null : recoveries.median,
    rework: part("rework.rework"),
    failedRollouts: part("failedRollouts.failed"),
  };
}

const unobserved: WeekBody = {
  forward: null,
  redeploys: null,
  rollbacks: null,
  changes: null,
  leadTime: null,
  leadTimeP90: null,
  leadTimeInterval: null,
  judged: null,
  failed: null,
  unreviewed: null,
  recovered: null,
  recovery: null,
  rework: null,
  failedRollouts: null,
};

/** Weeks for the page: one before observation is a gap, one that has not ended or in which it began is partial. */
export function showWeeks(
  weeks: readonly WeekSpan[],
  bodies: ReadonlyMap<string, WeekBody>,
  observedSince: Date | null,
): WeekFigures[] {
  return weeks.map((week) => {
    const isObserved = observedSince !== null && week.to > observedSince;
    const isPartial = !week.isEnded || (observedSince !== null && observedSince > week.from);
    const named = { week: week.name, start: week.key, isPartial: isObserved && isPartial, isObserved };
    return { ...named, ...(isObserved ? (bodies.get(week.key) ?? unobserved) : unobserved) };
  });
}
