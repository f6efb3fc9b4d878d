import { type Micros, textOf } from "./calendar.ts";
import { compareShares, compareWeeks, durationBand, frequencyBand } from "./compare.ts";
import {
  countSpan,
  disputedIn,
  frequencyIn,
  isIn,
  isJudged,
  isKept,
  type LeadTimes,
  leadTimesIn,
  medianGap,
  recoveriesIn,
  type ServiceCounted,
  stagesIn,
} from "./count-span.ts";
import { distributionsOf } from "./distributions.ts";
import { type Observed, observedOf, wholeWeeks } from "./observation.ts";
import { betweenValues, median, sorted, wilson } from "./statistics.ts";
import { type Question, type Span, shownWeeks } from "./window.ts";

/** What each summary has to rest on. */
export const least = {
  frequency: 4,
  leadTime: 6,
  changeFailRate: 10,
  recovery: 3,
  rework: 10,
  failedRollouts: 10,
};

/** Up to here intervals of lead time are drawn; beyond they are computed. */
export const drawn = {
  window: { changes: 3_000, deployments: 1_500 },
  week: { changes: 300, deployments: 150 },
};

const momentOf = (at: Micros | null) => (at === null ? null : textOf(at));

/** The figures of the question as the product shows them, without its words. */
export function computeFigures(services: readonly ServiceCounted[], question: Question, observed: Observed) {
  const all = services.flat();
  const scopeReason =
    observed.services === 0
      ? "no_services"
      : observed.isBlind || observed.since === null || observed.since >= question.now.to
        ? "not_observed"
        : null;
  const side = (span: Span) => ({
    counted: countSpan(all, span, question),
    leadTimes: leadTimesIn(all, span, question, drawn.window),
    recoveries: recoveriesIn(all, span, question),
    weeks: wholeWeeks(question, span, observed).map((week) => frequencyIn(all, week, question)),
  });
  const [now, before] = [side(question.now), side(question.before)];
  const disputed = disputedIn(all, question.now, question);
  const about = { all, services, question, observed, scopeReason, now, before, disputed };
  return {
    figures: {
      frequency: frequency(about),
      leadTime: leadTime(about),
      changeFailRate: changeFailRate(about),
      recovery: recovery(about),
      rework: { ...share(about, "rework", "rework", "deployments"), surveyMean: 0.22 },
      failedRollouts: share(about, "failedRollouts", "failed", "finished"),
    },
    distributions: distributionsOf(all, question),
    coverage: now.counted.coverage,
    observed: observedOf(question, observed),
    unreviewed: unreviewedOf(all),
    reworked: now.counted.reworked,
  };
}

type Side = {
  counted: ReturnType<typeof countSpan>;
  leadTimes: LeadTimes;
  recoveries: ReturnType<typeof recoveriesIn>;
  weeks: readonly number[];
};
type About = {
  all: ServiceCounted;
  services: readonly ServiceCounted[];
  question: Question;
  observed: Observed;
  scopeReason: string | null;
  now: Side;
  before: Side;
  disputed: Readonly<Record<Metric, number>>;
};
type Metric = keyof typeof least;

/** The counts of a metric's parts, under their own names. */
function countsOf(metric: Metric, { now, disputed }: About): Record<string, number> {
  const own = Object.entries({ ...now.counted.parts, [`${metric}.disputed`]: disputed[metric] }).filter(
    ([name]) => name.startsWith(`${metric}.`),
  );
  return Object.fromEntries(own.map(([name, count]) => [name.slice(metric.length + 1), count]));
}

const shared = (metric: Metric, n: number, reason: string | null) => ({
  metric,
  n,
  minimum: least[metric],
  reason,
});
const tooFew = (metric: Metric, n: number) => (n < least[metric] ? "below_minimum" : null);

function frequency(about: About) {
  const { all, services, question, scopeReason, now, before } = about;
  const n = now.weeks.length;
  const reason = scopeReason ?? tooFew("frequency", n);
  const middle = (weeks: readonly number[]) => (weeks.length < least.frequency ? null : median(weeks));
  const value = reason ? null : middle(now.weeks);
  const interval = reason ? null : betweenValues(sorted(now.weeks));
  const months: number[] = [];
  for (let end = n; end >= 4; end -= 4)
    months.push(now.weeks.slice(end - 4, end).reduce((sum, one) => sum + one, 0));
  const inHalfYear = shownWeeks(question).reduce((sum, week) => sum + frequencyIn(all, week, question), 0);
  return {
    ...shared("frequency", n, reason),
    value,
    unit: "deployments a week",
    interval,
    intervalMethod: interval && "order",
    band: frequencyBand(value, median(months) ?? 0, inHalfYear),
    comparison: compareWeeks(
      { median: value, weeks: now.weeks },
      { median: middle(before.weeks), weeks: before.weeks },
    ),
    counts: countsOf("frequency", about),
    completeWeeks: n,
    distinctDays: now.counted.distinctDays,
    medianGap: medianGap(services, question),
  };
}

type Median = Pick<LeadTimes, "median" | "interval" | "intervalMethod">;

/** What a median of durations says, beside that of the window before. */
function duration(
  { median: middle, interval, intervalMethod }: Median,
  reason: string | null,
  before: { value: number | null; n: number } & Pick<Median, "interval">,
) {
  const value = reason ? null : middle;
  return {
    value,
    unit: "seconds",
    interval: reason ? null : interval,
    intervalMethod: reason ? null : intervalMethod,
    band: durationBand(value),
    comparison: compareShares({ value, interval }, before),
  };
}

function leadTime(about: About) {
  const { all, question, scopeReason, now, before } = about;
  const { changes, deployments, clamped, bots, p75, p90 } = now.leadTimes;
  const reason = scopeReason ?? (now.leadTimes.median === null ? "below_minimum" : null);
  const { median: value, interval, changes: n } = before.leadTimes;
  return {
    ...shared("leadTime", changes, reason),
    ...duration(now.leadTimes, reason, { value, interval, n }),
    counts: { ...countsOf("leadTime", about), changes, clamped, bots, deployments },
    p75,
    p90,
    ...stagesIn(all, question),
  };
}

function share(about: About, metric: Metric, hits: string, of: string, more: string | null = null) {
  const { scopeReason, now, before } = about;
  const part = ({ counted: { parts } }: Side, name: string) =>
    (parts as Readonly<Record<string, number>>)[`${metric}.${name}`] ?? 0;
  const rate = (side: Side) => {
    const [n, hit] = [part(side, of), part(side, hits)];
    const isEnough = n >= least[metric];
    return { n, value: isEnough ? hit / n : null, interval: isEnough ? wilson(hit, n) : null };
  };
  const found = rate(now);
  const reason = scopeReason ?? more ?? tooFew(metric, found.n);
  const shown = reason ? { value: null, interval: null } : found;
  return {
    ...shared(metric, found.n, reason),
    value: shown.value,
    unit: "share",
    interval: shown.interval,
    intervalMethod: shown.interval && "wilson",
    band: null,
    comparison: compareShares(shown, rate(before)),
    counts: countsOf(metric, about),
  };
}

function changeFailRate(about: About) {
  const { now, observed, all, question } = about;
  const { parts } = now.counted;
  const [n, confirmed] = [parts["changeFailRate.deployments"], parts["changeFailRate.confirmed"]];
  const suggested = parts["changeFailRate.suggested"];
  const isBlind = confirmed + suggested === 0 && observed.incidentSources === 0 && n >= least.changeFailRate;
  const figure = share(
    about,
    "changeFailRate",
    "confirmed",
    "deployments",
    isBlind ? "no_incident_source" : null,
  );
  const waiting = all.filter(
    (one) =>
      isIn(one, question.now) &&
      isKept(one, question) &&
      isJudged(one, question.now) &&
      one.failState === "suggested",
  );
  return {
    ...figure,
    upTo: figure.reason === null ? (confirmed + suggested) / n : null,
    unreviewed: suggested,
    oldestUnreviewedAt: oldestSuggestion(waiting),
    surveyMean: 0.19,
  };
}

const suggestionsOf = (all: ServiceCounted) =>
  all.flatMap(({ failures }) => failures.filter((one) => (one.decision ?? one.confidence) === "suggested"));

const oldestSuggestion = (all: ServiceCounted) =>
  momentOf(
    suggestionsOf(all).reduce<Micros | null>(
      (first, { seenAt }) => (first === null ? seenAt : Math.min(first, seenAt)),
      null,
    ),
  );

/** Of the whole scope, whenever deployed. */
function unreviewedOf(all: ServiceCounted) {
  const waiting = all.filter((one) => one.failState === "suggested" && !one.isExcluded);
  return { count: waiting.length, oldestAt: oldestSuggestion(waiting) };
}

function recovery(about: About) {
  const { observed, scopeReason, now, before } = about;
  const { recovered, open, oldestOpenAt, median: middle, interval, intervalMethod, ...rest } = now.recoveries;
  const n = recovered + open;
  const nothing = observed.incidentSources > 0 ? "none" : "no_incident_source";
  const reason =
    scopeReason ?? (n === 0 ? nothing : tooFew("recovery", n)) ?? (middle === null ? "not_reached" : null);
  const n0 = before.recoveries.recovered + before.recoveries.open;
  return {
    ...shared("recovery", n, reason),
    ...duration({ median: middle, interval, intervalMethod }, reason, {
      value: n0 < least.recovery ? null : before.recoveries.median,
      interval: before.recoveries.interval,
      n: n0,
    }),
    counts: { ...countsOf("recovery", about), failures: n, recovered, open },
    oldestOpenAt: momentOf(oldestOpenAt),
    ...rest,
  };
}
