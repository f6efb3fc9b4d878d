import { countSpan, leadTimesIn, recoveriesIn, type ServiceCounted } from "./count-span.ts";
import { drawn, least } from "./figures.ts";
import { type Observed, seenOf } from "./observation.ts";
import { type Question, shownWeeks } from "./window.ts";

/** The 26 weeks up to the window's end. What was not observed is null, never 0. */
export function computeWeeks(services: readonly ServiceCounted[], question: Question, observed: Observed) {
  const all = services.flat();
  return shownWeeks(question).map((week) => {
    const seen = seenOf(observed, week);
    const isObserved = seen !== "none";
    const isPartial = isObserved && (!week.isEnded || seen === "some");
    const unseen = observed.unseen.get(week.start) ?? null;
    const named = { week: week.name, start: week.start, isPartial, isObserved, unseen };
    if (!isObserved) return named;
    const { parts } = countSpan(all, week, question);
    const leadTimes = leadTimesIn(all, week, question, drawn.week);
    const recoveries = recoveriesIn(all, week, question);
    return {
      ...named,
      forward: parts["frequency.deployments"],
      redeploys: parts["frequency.redeploys"],
      rollbacks: parts["frequency.rollbacks"],
      changes: leadTimes.changes,
      leadTime: leadTimes.median,
      leadTimeP90: leadTimes.p90,
      leadTimeInterval: leadTimes.interval,
      judged: parts["changeFailRate.deployments"],
      failed: parts["changeFailRate.confirmed"],
      unreviewed: parts["changeFailRate.suggested"],
      recovered: recoveries.recovered,
      recovery: recoveries.recovered + recoveries.open < least.recovery ? null : recoveries.median,
      rework: parts["rework.rework"],
      failedRollouts: parts["failedRollouts.failed"],
    };
  });
}
