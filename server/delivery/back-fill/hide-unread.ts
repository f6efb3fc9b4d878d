import type { Comparison, Figures } from "../figures/figure.ts";
import type { FiguresAnswer } from "../figures/figures-answer.ts";
import type { Metric } from "../figures/model.ts";
import { unobserved } from "../figures/week-figures.ts";
import { type FiguresWindow, lastWeeks } from "../figures/window.ts";
import { type Importing, touches } from "./read-importing.ts";

const importingWords = ({ isUnderWay }: Pick<Importing, "isUnderWay">): string =>
  isUnderWay
    ? "The past of this window is still being imported: a figure is shown once everything in it was read."
    : "The past of this window was read in part only, and its import has stopped: a figure is shown once it was read to the end.";

const olderWords = ({ isUnderWay }: Pick<Importing, "isUnderWay">) =>
  isUnderWay
    ? "The past before this window is still being imported: its weeks are left open until then."
    : "The past before this window was read in part only, and its import has stopped: its weeks are left open.";

const beforeWords = ({ isUnderWay }: Pick<Importing, "isUnderWay">) =>
  isUnderWay ? "The days before are still being imported" : "The days before were read in part only";

/** Nothing is summarised before everything in its window was read; what stands beside it is no comparison before that. */
export function hideUnread(
  answer: FiguresAnswer,
  window: FiguresWindow,
  importing: Importing | null,
): FiguresAnswer {
  if (!importing) return answer;
  const unread = new Set(lastWeeks(window).flatMap((week) => (touches(importing, week) ? [week.key] : [])));
  const weeks = answer.weeks.map((week) =>
    unread.has(week.start) ? { ...week, ...unobserved, isObserved: false, isPartial: false } : week,
  );
  const { connectionId } = importing;
  if (!touches(importing, window.now)) {
    const isBefore = touches(importing, window.previous);
    if (!isBefore && unread.size === 0) return answer;
    const figures = isBefore ? alone(answer.figures, importing) : answer.figures;
    return { ...answer, weeks, figures, importing: { words: olderWords(importing), connectionId } };
  }
  const words = importingWords(importing);
  return {
    ...answer,
    weeks,
    figures: hidden(answer.figures, words),
    distributions: {
      leadTime: { ...answer.distributions.leadTime, n: 0, buckets: [] },
      recovery: { ...answer.distributions.recovery, n: 0, buckets: [] },
    },
    // Of what is there already, while it is not all.
    coverageWords: null,
    importing: { words, connectionId },
  };
}

function hidden(figures: Figures, reasonWords: string): Figures {
  const nothing = {
    ...{ value: null, interval: null, intervalMethod: null, band: null, comparison: null },
    ...{ reason: "importing" as const, reasonWords },
  };
  return {
    frequency: { ...figures.frequency, ...nothing, medianGap: null },
    leadTime: {
      ...figures.leadTime,
      ...nothing,
      p75: null,
      p90: null,
      stages: { coding: null, pickup: null, review: null, deploy: null },
    },
    changeFailRate: { ...figures.changeFailRate, ...nothing, upTo: null, rangeWords: null },
    recovery: { ...figures.recovery, ...nothing, detection: null, repair: null },
    rework: { ...figures.rework, ...nothing },
    failedRollouts: { ...figures.failedRollouts, ...nothing },
  };
}

/** Figures of a window that is whole beside one that is not. */
function alone(figures: Figures, importing: Importing): Figures {
  const words = beforeWords(importing);
  const comparison = (of: Comparison | null): Comparison | null =>
    of && {
      ...{ previous: null, previousN: of.previousN, difference: null, interval: null },
      ...{ direction: "not_comparable", words },
    };
  const lone = <M extends Metric>(figure: Figures[M]): Figures[M] => ({
    ...figure,
    comparison: comparison(figure.comparison),
  });
  return {
    frequency: lone<"frequency">(figures.frequency),
    leadTime: lone<"leadTime">(figures.leadTime),
    changeFailRate: lone<"changeFailRate">(figures.changeFailRate),
    recovery: lone<"recovery">(figures.recovery),
    rework: lone<"rework">(figures.rework),
    failedRollouts: lone<"failedRollouts">(figures.failedRollouts),
  };
}
