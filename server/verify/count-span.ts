import { dayAt, type Micros, secondsBetween, textOf } from "./calendar.ts";
import type { Counted } from "./check-service.ts";
import { stateOf } from "./judge-chain.ts";
import {
  type Bounds,
  betweenValues,
  drawnMedian,
  groupedMedian,
  median,
  quantile,
  sorted,
  survival,
} from "./statistics.ts";
import type { Question, Span } from "./window.ts";

/** The deployments of one service that are in the scope. */
export type ServiceCounted = readonly Counted[];

export type LeadTimes = {
  changes: number;
  deployments: number;
  clamped: number;
  bots: number;
  median: number | null;
  p75: number | null;
  p90: number | null;
  interval: Bounds | null;
  intervalMethod: string | null;
};
export type Recoveries = {
  recovered: number;
  open: number;
  median: number | null;
  interval: Bounds | null;
  intervalMethod: string | null;
  oldestOpenAt: Micros | null;
  detection: number | null;
  repair: number | null;
  withDetection: number;
};

export const isIn = ({ at }: Counted, { from, to }: Span): boolean => at >= from && at < to;

export const isKept = (one: Counted, { exclusions }: Question): boolean => !(exclusions && one.isExcluded);
export const bringsSomething = ({ kind }: Counted): boolean =>
  kind === "baseline" || kind === "forward" || kind === "unknown";
const isForward = ({ kind, attribution }: Counted) => kind === "forward" && attribution === "complete";
const isUnknown = ({ kind, attribution }: Counted) =>
  (kind === "forward" || kind === "unknown") && attribution === "unknown";
export const isJudged = (one: Counted, { judgedTo }: Span): boolean => isForward(one) && one.at < judgedTo;

/** How many deployments of a span each part counts, by `<metric>.<part>`; and what stands beside the figures. */
export function countSpan(all: readonly Counted[], span: Span, question: Question) {
  const inSpan = all.filter((one) => isIn(one, span));
  const kept = inSpan.filter((one) => isKept(one, question));
  const count = (holds: (one: Counted) => boolean) => kept.filter(holds).length;
  const known = kept.filter(({ kind, attribution }) => kind !== null && attribution === "complete");
  const withSign = (sign: string) => known.filter(({ reworkSigns }) => reworkSigns.includes(sign)).length;
  const judged = kept.filter((one) => isJudged(one, span));
  const inState = (state: string) => judged.filter(({ failState }) => failState === state).length;
  const isSuccess = ({ outcome }: Counted) => outcome === "success";
  const parts = {
    "frequency.deployments": count(bringsSomething),
    "frequency.forward": count(isForward),
    "frequency.first": count(({ kind }) => kind === "baseline"),
    "frequency.unknown": count(isUnknown),
    "frequency.redeploys": count(({ kind }) => kind === "redeploy"),
    "frequency.rollbacks": count(({ kind }) => kind === "rollback"),
    "frequency.recalculated": count(({ wasReworked }) => wasReworked),
    "frequency.excluded": inSpan.filter((one) => one.isExcluded && isSuccess(one)).length,
    "leadTime.unknown": count(isUnknown),
    "changeFailRate.deployments": judged.length,
    "changeFailRate.confirmed": inState("confirmed"),
    "changeFailRate.suggested": inState("suggested"),
    "changeFailRate.maturing": count((one) => isForward(one) && one.at >= span.judgedTo),
    "rework.deployments": known.length,
    "rework.rework": known.filter(({ reworkSigns }) => reworkSigns.length > 0).length,
    "rework.remedies": withSign("remedy"),
    "rework.reverts": withSign("revert"),
    "rework.hotfixes": withSign("hotfix"),
    "rework.rollbacks": withSign("rollback"),
    "failedRollouts.finished": count(({ outcome }) => outcome !== "pending"),
    "failedRollouts.failed": count(({ outcome }) => outcome === "failure"),
  };
  const coverage = {
    deployments: count(isSuccess),
    attributed: count((one) => isSuccess(one) && one.attribution === "complete"),
    first: parts["frequency.first"],
    unknown: parts["frequency.unknown"],
    excluded: parts["frequency.excluded"],
  };
  const days = new Set(kept.filter(bringsSomething).map(({ at }) => dayAt(at, question.zone)));
  return { parts, coverage, distinctDays: days.size, reworked: count(({ wasReworked }) => wasReworked) };
}

export const frequencyIn = (all: readonly Counted[], span: Span, question: Question): number =>
  all.filter((one) => isIn(one, span) && isKept(one, question) && bringsSomething(one)).length;

/** The gap in the middle between deployments of one service that brought something, in seconds. */
export function medianGap(services: readonly ServiceCounted[], question: Question): number | null {
  const gaps = services.flatMap((deployments) => {
    const moments = deployments
      .filter((one) => isIn(one, question.now) && isKept(one, question) && bringsSomething(one))
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    return moments.slice(1).map((at, index) => secondsBetween(moments[index] ?? at, at));
  });
  return median(gaps);
}

/** Changes that count in a span, those of each deployment together. */
export const changesIn = (all: readonly Counted[], span: Span, question: Question) =>
  all
    .filter((one) => one.outcome === "success" && isIn(one, span) && isKept(one, question))
    .map(({ changes }) => changes.filter(({ isBot }) => question.bots || !isBot));

export function leadTimesIn(
  all: readonly Counted[],
  span: Span,
  question: Question,
  mostDrawn: { changes: number; deployments: number },
): LeadTimes {
  const groups = changesIn(all, span, question).filter(({ length }) => length > 0);
  const changes = groups.flat();
  const seconds = groups.map((group) => group.map(({ leadSeconds }) => leadSeconds));
  const values = sorted(seconds.flat());
  const isEnough = changes.length >= 6 && groups.length >= 3;
  const at = (p: number) => (isEnough ? quantile(values, p) : null);
  const isDrawn = changes.length <= mostDrawn.changes && groups.length <= mostDrawn.deployments;
  const seed = `${question.scopeKey} ${textOf(span.from)} ${textOf(span.to)} leadTime`;
  const found = isEnough ? (isDrawn ? drawnMedian(seconds, seed) : groupedMedian(seconds)) : null;
  return {
    changes: changes.length,
    deployments: groups.length,
    clamped: changes.filter(({ wasClamped }) => wasClamped).length,
    bots: changesIn(all, span, { ...question, bots: true })
      .flat()
      .filter(({ isBot }) => isBot).length,
    median: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    interval: found,
    intervalMethod: found && (isDrawn ? "bootstrap" : "clustered"),
  };
}

/** Where the clock started, and the median of each stage. */
export function stagesIn(all: readonly Counted[], question: Question) {
  const changes = changesIn(all, question.now, question).flat();
  const staged = changes.flatMap(({ stages }) => (stages ? [stages] : []));
  const by = (start: string) => changes.filter(({ startedBy }) => startedBy === start).length;
  const middle = (nth: number) =>
    staged.length < 6 ? null : median(staged.map((stages) => stages[nth] ?? 0));
  return {
    startedBy: {
      commit: by("commit"),
      pull_request_commit: by("pull_request_commit"),
      pull_request_opened: by("pull_request_opened"),
    },
    stages: { coding: middle(0), pickup: middle(1), review: middle(2), deploy: middle(3) },
    withStages: staged.length,
  };
}

/** How many of the deployments that each figure rests on somebody disputes. */
export function disputedIn(all: readonly Counted[], span: Span, question: Question) {
  const inSpan = all.filter((one) => one.isDisputed && isIn(one, span) && isKept(one, question));
  const count = (holds: (one: Counted) => boolean) => inSpan.filter(holds).length;
  const isComplete = ({ attribution }: Counted) => attribution === "complete";
  return {
    frequency: count(bringsSomething),
    leadTime: count((one) => isComplete(one) && one.changes.some(({ isBot }) => question.bots || !isBot)),
    changeFailRate: count((one) => isJudged(one, span)),
    recovery: failedIn(
      all.filter(({ isDisputed }) => isDisputed),
      span,
      question,
    ).length,
    rework: count((one) => one.kind !== null && isComplete(one)),
    failedRollouts: count(({ outcome }) => outcome !== "pending"),
  };
}

type Failed = { at: Micros; recoveredAt: Micros | null; detectedAt: Micros | null };

const earliest = (moments: (Micros | null)[]): Micros | null =>
  moments.reduce((first, at) => (first === null || (at !== null && at < first) ? at : first), null);

/** Deployments with a confirmed failure that were whole again in a span, and those that were not at its end. */
export const failedIn = (all: readonly Counted[], span: Span, question: Question): Failed[] =>
  all.flatMap((one) => {
    const confirmed = one.failures.filter((failure) => stateOf(failure) === "confirmed");
    if (
      confirmed.length === 0 ||
      one.kind === null ||
      one.attribution !== "complete" ||
      !isKept(one, question)
    )
      return [];
    const recoveredAt = earliest(confirmed.map((failure) => failure.recoveredAt));
    const isOfSpan = one.at < span.to && (recoveredAt === null || recoveredAt >= span.from);
    const detectedAt = earliest(confirmed.map((failure) => failure.detectedAt));
    return isOfSpan ? [{ at: one.at, recoveredAt, detectedAt }] : [];
  });

/** The product takes these moments in milliseconds. */
export const repairSeconds = (from: Micros, to: Micros): number =>
  Math.max(0, (Math.floor(to / 1000) - Math.floor(from / 1000)) / 1000);

export function recoveriesIn(all: readonly Counted[], span: Span, question: Question): Recoveries {
  const end = Math.min(span.to, question.asOf);
  const failed = failedIn(all, span, question);
  const over = failed.flatMap(({ recoveredAt, ...rest }) =>
    recoveredAt !== null && recoveredAt < span.to ? [{ recoveredAt, ...rest }] : [],
  );
  const open = failed.filter(({ recoveredAt }) => recoveredAt === null || recoveredAt >= span.to);
  const times = [
    ...over.map(({ at, recoveredAt }) => ({ seconds: repairSeconds(at, recoveredAt), isOver: true })),
    ...open.map(({ at }) => ({ seconds: repairSeconds(at, end), isOver: false })),
  ];
  const detected = over.flatMap(({ detectedAt, ...rest }) =>
    detectedAt === null ? [] : [{ detectedAt, ...rest }],
  );
  return {
    recovered: over.length,
    open: open.length,
    ...(open.length > 0 ? fromSurvival(times) : fromValues(times.map((time) => time.seconds))),
    oldestOpenAt: earliest(open.map(({ at }) => at)),
    detection: median(detected.map(({ at, detectedAt }) => repairSeconds(at, detectedAt))),
    repair: median(detected.map(({ detectedAt, recoveredAt }) => repairSeconds(detectedAt, recoveredAt))),
    withDetection: detected.length,
  };
}

function fromSurvival(times: Parameters<typeof survival>[0]) {
  const { median: middle, low, high } = survival(times);
  const interval = low === null && high === null ? null : { low, high };
  return { median: middle, interval, intervalMethod: interval && "survival" };
}

function fromValues(values: readonly number[]) {
  const ascending = sorted(values);
  const interval = betweenValues(ascending);
  return { median: quantile(ascending, 0.5), interval, intervalMethod: interval && "order" };
}
