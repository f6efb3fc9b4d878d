import type { Point, Series } from "./chart-model.ts";

/**
 * A place on the axis of a line. A value of null leaves the line open; `isUnknown` says that nothing could have been seen
 * there. The interval is that of the first series.
 */
export type TrendPoint = Point & {
  isUnknown: boolean;
  interval: { low: number | null; high: number | null } | null;
};

/** The points as rows for "View as table", with headings. An open side of an interval stays empty. */
export function trendRows(
  points: readonly TrendPoint[],
  series: readonly Series[],
  axis: string,
  format: (value: number) => string,
): string[][] {
  const words = (value: number | null | undefined) =>
    value === null || value === undefined ? "" : format(value);
  const hasIntervals = points.some(({ interval }) => interval !== null);
  const head = [
    axis,
    ...series.map(({ name }) => name),
    ...(hasIntervals ? ["From (95 %)", "To (95 %)"] : []),
  ];
  const body = points.map((point) => [
    point.longLabel + (point.isPartial ? " (partial)" : ""),
    ...series.map(({ key }) => words(point.values[key])),
    ...(hasIntervals ? [words(point.interval?.low), words(point.interval?.high)] : []),
  ]);
  return [head, ...body];
}

/** Runs of neighbouring places of which something holds, as first and last key. */
export function runsOf(
  points: readonly TrendPoint[],
  holds: (point: TrendPoint) => boolean,
): { from: string; to: string }[] {
  const runs: { from: string; to: string }[] = [];
  let isOpen = false;
  for (const point of points) {
    const isIn = holds(point);
    const last = runs.at(-1);
    if (isIn && isOpen && last) last.to = point.key;
    else if (isIn) runs.push({ from: point.key, to: point.key });
    isOpen = isIn;
  }
  return runs;
}

/** Seconds are drawn in hours or in days, so that the axis has round numbers. */
export function axisUnit(largest: number): { name: "hours" | "days"; seconds: number } {
  return largest > 4 * 86_400 ? { name: "days", seconds: 86_400 } : { name: "hours", seconds: 3600 };
}
