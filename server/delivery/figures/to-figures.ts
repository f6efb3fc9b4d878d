import { orderInterval } from "#server/delivery/statistics/order-interval.ts";
import { ascending, percentile } from "#server/delivery/statistics/percentile.ts";
import { wilsonInterval } from "#server/delivery/statistics/wilson.ts";
import { durationBand, frequencyBand } from "./bands.ts";
import { type ChangeWords, compareSides, compareWeeks } from "./compare.ts";
import type { PartCounts } from "./count-deployments.ts";
import { definitionWords, figuresVersion, minimum, surveyMeans } from "./definitions.ts";
import type {
  ChangeFailRateFigure,
  Figures,
  FrequencyFigure,
  LeadTimeFigure,
  Reason,
  RecoveryFigure,
} from "./figure.ts";
import type { Measured } from "./measured.ts";
import { type EvidencePart, evidenceParts, type Metric, metricWords } from "./model.ts";
import { rangeWords, reasonWords } from "./words.ts";

/** The figures of a window, from what was counted. Pure. */
export function toFigures(measured: Measured): Figures {
  const about = { measured, scopeReason: scopeReason(measured) };
  const rework = rate(about, "rework", { all: "rework.deployments", hits: "rework.rework" });
  const failedRollouts = { all: "failedRollouts.finished", hits: "failedRollouts.failed" };
  return {
    frequency: frequency(about),
    leadTime: leadTime(about),
    changeFailRate: changeFailRate(about),
    recovery: recovery(about),
    rework: { ...rework, surveyMean: surveyMeans.rework },
    failedRollouts: rate(about, "failedRollouts", failedRollouts),
  };
}

type About = { measured: Measured; scopeReason: Reason | null };

function scopeReason({ hasServices, observation, to }: Measured): Reason | null {
  if (!hasServices) return "no_services";
  if (observation.isBlind) return "not_observed";
  return observation.since === null || observation.since >= to ? "not_observed" : null;
}

/** What all figures have alike. */
function shared<M extends Metric>(
  { measured }: About,
  metric: M,
  found: { n: number; reason: Reason | null; unit: string; parts: PartCounts },
) {
  const { n, reason, unit } = found;
  const parts = { ...found.parts, [`${metric}.disputed`]: measured.disputed[metric] };
  const counts = Object.fromEntries(
    evidenceParts[metric].map((part) => [part, parts[`${metric}.${part}`] ?? 0]),
  ) as Record<EvidencePart<M>, number>;
  return {
    metric,
    title: metricWords[metric],
    n,
    minimum: minimum[metric],
    reason,
    reasonWords: reason && reasonWords(reason, { n, minimum: minimum[metric], unit }),
    definition: { version: figuresVersion, words: definitionWords[metric] },
    counts,
  };
}

const belowMinimum = (metric: Metric, n: number): Reason | null =>
  n < minimum[metric] ? "below_minimum" : null;

function medianOfWeeks(weeks: readonly number[]): number | null {
  return weeks.length < minimum.frequency ? null : percentile(ascending(weeks), 0.5);
}

function frequency(about: About): FrequencyFigure {
  const { measured, scopeReason: none } = about;
  const { now, previous } = measured;
  const n = now.weeks.length;
  const reason = none ?? belowMinimum("frequency", n);
  const value = reason ? null : medianOfWeeks(now.weeks);
  const interval = reason ? null : orderInterval(ascending(now.weeks));
  const perMonth = percentile(ascending(monthsOf(now.weeks)), 0.5) ?? 0;
  const before = { median: medianOfWeeks(previous.weeks), weeks: previous.weeks };
  return {
    ...shared(about, "frequency", { n, reason, unit: "complete weeks", parts: now.counts.parts }),
    value,
    unit: "deployments a week",
    interval,
    intervalMethod: interval && "order",
    band: frequencyBand(value, { perMonth, inHalfYear: measured.inHalfYear }),
    comparison: compareWeeks({ median: value, weeks: now.weeks }, before, measured.days),
    completeWeeks: n,
    distinctDays: now.counts.distinctDays,
    medianGap: measured.medianGap,
  };
}

/** Four weeks at a time, the newest first; a rest is left out. */
function monthsOf(weeks: readonly number[]): number[] {
  const months: number[] = [];
  for (let end = weeks.length; end >= 4; end -= 4)
    months.push(weeks.slice(end - 4, end).reduce((sum, count) => sum + count, 0));
  return months;
}

function leadTime(about: About): LeadTimeFigure {
  const { measured, scopeReason: none } = about;
  const { leadTimes, counts } = measured.now;
  const before = measured.previous.leadTimes;
  const reason = none ?? (leadTimes.median === null ? "below_minimum" : null);
  const parts = {
    ...counts.parts,
    "leadTime.changes": leadTimes.changes,
    "leadTime.clamped": leadTimes.clamped,
    "leadTime.bots": leadTimes.bots,
    "leadTime.deployments": leadTimes.deployments,
  };
  const words = { up: "Longer", down: "Shorter" };
  const now = { value: reason ? null : leadTimes.median, interval: leadTimes.interval, n: leadTimes.changes };
  const unit = "changes, from at least 3 deployments";
  return {
    ...shared(about, "leadTime", { n: leadTimes.changes, reason, unit, parts }),
    value: now.value,
    unit: "seconds",
    interval: reason ? null : leadTimes.interval,
    intervalMethod: reason ? null : leadTimes.intervalMethod,
    band: durationBand(now.value),
    comparison: compareSides(
      now,
      { value: before.median, interval: before.interval, n: before.changes },
      words,
      measured.days,
    ),
    p75: leadTimes.p75,
    p90: leadTimes.p90,
    ...measured.stages,
  };
}

const shareWords: ChangeWords = { up: "Higher", down: "Lower" };

/** A share of deployments, with Wilson's interval. */
function rate<M extends Metric>(
  about: About,
  metric: M,
  names: { all: string; hits: string },
  reasonToo: Reason | null = null,
) {
  const { measured, scopeReason: none } = about;
  const side = (parts: PartCounts) => {
    const [n, hits] = [parts[names.all] ?? 0, parts[names.hits] ?? 0];
    const isEnough = n >= minimum[metric];
    return {
      n,
      value: isEnough ? hits / n : null,
      interval: isEnough ? wilsonInterval(hits, n) : null,
    };
  };
  const { parts } = measured.now.counts;
  const found = side(parts);
  const reason = none ?? reasonToo ?? belowMinimum(metric, found.n);
  const now = reason ? { ...found, value: null, interval: null } : found;
  return {
    ...shared(about, metric, { n: found.n, reason, unit: "deployments", parts }),
    value: now.value,
    unit: "share" as const,
    interval: now.interval,
    intervalMethod: now.interval && ("wilson" as const),
    band: null,
    comparison: compareSides(now, side(measured.previous.counts.parts), shareWords, measured.days),
  };
}

function changeFailRate(about: About): ChangeFailRateFigure {
  const { parts } = about.measured.now.counts;
  const judged = parts["changeFailRate.deployments"] ?? 0;
  const confirmed = parts["changeFailRate.confirmed"] ?? 0;
  const suggested = parts["changeFailRate.suggested"] ?? 0;
  // Nothing seen where nothing can be seen is not 0 %.
  const isBlind = confirmed + suggested === 0 && about.measured.observation.incidentSources === 0;
  const isEnough = judged >= minimum.changeFailRate;
  const names = { all: "changeFailRate.deployments", hits: "changeFailRate.confirmed" };
  const figure = rate(about, "changeFailRate", names, isBlind && isEnough ? "no_incident_source" : null);
  const isShown = figure.reason === null;
  return {
    ...figure,
    upTo: isShown ? (confirmed + suggested) / judged : null,
    unreviewed: suggested,
    oldestUnreviewedAt: about.measured.oldestUnreviewedAt,
    rangeWords: isShown ? rangeWords({ confirmed, suggested, judged }) : null,
    surveyMean: surveyMeans.changeFailRate,
  };
}

function recovery(about: About): RecoveryFigure {
  const { measured, scopeReason: none } = about;
  const { recoveries } = measured.now;
  const before = measured.previous.recoveries;
  const n = recoveries.recovered + recoveries.open;
  const nothing: Reason = measured.observation.incidentSources > 0 ? "none" : "no_incident_source";
  const reason =
    none ??
    (n === 0 ? nothing : belowMinimum("recovery", n)) ??
    (recoveries.median === null ? "not_reached" : null);
  const value = reason ? null : recoveries.median;
  const parts = {
    "recovery.failures": n,
    "recovery.recovered": recoveries.recovered,
    "recovery.open": recoveries.open,
  };
  const beforeN = before.recovered + before.open;
  const previous = {
    value: beforeN < minimum.recovery ? null : before.median,
    interval: before.interval,
    n: beforeN,
  };
  return {
    ...shared(about, "recovery", { n, reason, unit: "failures", parts }),
    value,
    unit: "seconds",
    interval: reason ? null : recoveries.interval,
    intervalMethod: reason ? null : recoveries.intervalMethod,
    band: durationBand(value),
    comparison: compareSides(
      { value, interval: recoveries.interval, n },
      previous,
      { up: "Longer", down: "Shorter" },
      measured.days,
    ),
    oldestOpenAt: recoveries.oldestOpenAt,
    detection: recoveries.detection,
    repair: recoveries.repair,
    withDetection: recoveries.withDetection,
  };
}
