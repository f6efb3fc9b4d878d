import { countDeployments, type SpanCounts } from "./count-deployments.ts";
import { minimum } from "./definitions.ts";
import type { WeekFigures } from "./figures-answer.ts";
import { type LeadTimes, measureLeadTimes, mostDrawn } from "./lead-times.ts";
import type { Facts } from "./measured.ts";
import { type Observation, seenOf } from "./observation.ts";
import { measureRecoveries, type Recoveries } from "./recoveries.ts";
import type { WeekSpan } from "./window.ts";

/** What was counted in a week; whether it was observed and has ended is said when it is shown. */
export type WeekBody = Omit<WeekFigures, "week" | "start" | "isPartial" | "isObserved" | "unseen">;

/** The points of these weeks, by the week's first day. */
export async function measureWeeks(
  { seed, days, failures }: Pick<Facts, "seed" | "days" | "failures">,
  weeks: readonly WeekSpan[],
  asOf: Date,
): Promise<Map<string, WeekBody>> {
  const drawing = { seed, mostDrawn: mostDrawn.week };
  const bodies = new Map<string, WeekBody>();
  for (const week of weeks) {
    const leadTimes = await measureLeadTimes(days, week, drawing);
    bodies.set(
      week.key,
      toBody(countDeployments(days, week), leadTimes, measureRecoveries(failures, week, asOf)),
    );
  }
  return bodies;
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

export const unobserved: WeekBody = {
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

/** Weeks for the page: one before observation or in a gap is open, one that has not ended or was seen in part is partial. */
export function showWeeks(
  weeks: readonly WeekSpan[],
  bodies: ReadonlyMap<string, WeekBody>,
  observation: Pick<Observation, "since" | "unseen">,
): WeekFigures[] {
  return weeks.map((week) => {
    const seen = seenOf(observation, week);
    const isObserved = seen !== "none";
    const named = {
      week: week.name,
      start: week.key,
      isPartial: isObserved && (!week.isEnded || seen === "some"),
      isObserved,
      unseen: observation.unseen[week.key] ?? null,
    };
    return { ...named, ...(isObserved ? (bodies.get(week.key) ?? unobserved) : unobserved) };
  });
}
