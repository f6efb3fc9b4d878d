import type { Mark, Point, Series } from "#components/charts/chart-model.ts";
import type { TrendPoint } from "#components/charts/trend-model.ts";
import { dayText, shortDayText } from "#components/ui/day-text.ts";
import type { Annotation, WeekFigures } from "#server/delivery/figures/figures-answer.ts";
import type { Metric } from "#server/delivery/figures/model.ts";

export const seriesOf = {
  frequency: [
    { key: "forward", name: "Something new", color: "var(--color-chart-1)" },
    { key: "redeploys", name: "Same version again", color: "var(--color-chart-3)" },
    { key: "rollbacks", name: "Rolled back", color: "var(--color-chart-2)" },
  ],
  leadTime: [
    { key: "leadTime", name: "Half of the changes", color: "var(--color-chart-1)" },
    { key: "leadTimeP90", name: "Nine in ten", color: "var(--color-chart-4)" },
  ],
  outcome: [
    { key: "held", name: "No failure known", color: "var(--color-chart-1)" },
    { key: "failed", name: "Confirmed failure", color: "var(--color-chart-2)" },
    { key: "unreviewed", name: "Not reviewed yet", color: "var(--color-chart-4)" },
  ],
  rework: [
    { key: "rework", name: "Repaired something", color: "var(--color-chart-1)" },
    { key: "failedRollouts", name: "Never succeeded", color: "var(--color-chart-2)" },
  ],
} satisfies Record<string, Series[]>;

function placeOf(week: WeekFigures): Omit<Point, "values"> {
  return {
    key: week.week,
    label: shortDayText(week.start),
    longLabel: `Week of ${dayText(week.start)}`,
    isPartial: week.isPartial,
  };
}

/** Deployments of each week by what they brought. */
const frequencyPoints = (weeks: readonly WeekFigures[]): Point[] =>
  weeks.map((week) => ({
    ...placeOf(week),
    values: { forward: week.forward, redeploys: week.redeploys, rollbacks: week.rollbacks },
  }));

/** Deployments of each week that are old enough to be judged, by what became of them. */
const outcomePoints = (weeks: readonly WeekFigures[]): Point[] =>
  weeks.map((week) => ({
    ...placeOf(week),
    values: {
      held:
        week.judged === null ? null : Math.max(0, week.judged - (week.failed ?? 0) - (week.unreviewed ?? 0)),
      failed: week.failed,
      unreviewed: week.unreviewed,
    },
  }));

const reworkPoints = (weeks: readonly WeekFigures[]): Point[] =>
  weeks.map((week) => ({
    ...placeOf(week),
    values: { rework: week.rework, failedRollouts: week.failedRollouts },
  }));

export const barsOf = { frequency: frequencyPoints, outcome: outcomePoints, rework: reworkPoints };

export const leadTimePoints = (weeks: readonly WeekFigures[]): TrendPoint[] =>
  weeks.map((week) => ({
    ...placeOf(week),
    isUnknown: !week.isObserved,
    interval: week.leadTimeInterval,
    values: { leadTime: week.leadTime, leadTimeP90: week.leadTimeP90 },
  }));

/** The week in which a day lies, where it is one of these. `day` as "2026-11-21". */
function weekOf(weeks: readonly WeekFigures[], day: string): WeekFigures | undefined {
  const found = weeks.findLast(({ start }) => start <= day);
  const isPast = found && Date.parse(day) - Date.parse(found.start) >= 7 * 86_400_000;
  return isPast ? undefined : found;
}

/** What happened besides deployments; days as "2026-11-21", both included. `words` for a mark on an axis. */
export type Happening = Annotation & { id: string; words: string };

/** All that happened in the weeks that are drawn, the newest first; a quarter that began before them is not news. */
export function happeningsOf(weeks: readonly WeekFigures[], annotations: readonly Annotation[]): Happening[] {
  return annotations
    .map((one, index) => ({ ...one, id: String(index), words: one.title }))
    .filter(({ from, to }) => placeOn(weeks, from, to) !== undefined)
    .sort((a, b) => (a.from < b.from ? 1 : -1));
}

/** The same on the axis of the weeks, at the week in which it began. */
export const marksOf = (weeks: readonly WeekFigures[], annotations: readonly Annotation[]): Mark[] =>
  happeningsOf(weeks, annotations).flatMap(({ from, to, words }) => {
    const week = placeOn(weeks, from, to);
    return week ? [{ key: week.week, words }] : [];
  });

/** What began before the first week and still lies over it stands there. */
function placeOn(weeks: readonly WeekFigures[], from: string, to: string): WeekFigures | undefined {
  const [first] = weeks;
  return first && from < first.start && to >= first.start ? first : weekOf(weeks, from);
}

/** What a tile's small line goes through; null leaves it open. */
export function sparkOf(metric: Metric, week: WeekFigures): number | null {
  if (week.isPartial) return null;
  const { judged, failed } = week;
  const values: Record<Metric, number | null> = {
    frequency: week.forward,
    leadTime: week.leadTime,
    changeFailRate: judged === null || failed === null || judged === 0 ? null : failed / judged,
    recovery: week.recovery,
    rework: week.rework,
    failedRollouts: week.failedRollouts,
  };
  return values[metric];
}
