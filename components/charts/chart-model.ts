/** A series of bars: its key in the points, its name, its colour token. */
export type Series = { key: string; name: string; color: string };

/**
 * One place on the axis. A value of null is a gap: nothing is known, which is not zero. `isPartial` marks a period that is
 * not over (or began midway), drawn hatched.
 */
export type Point = {
  key: string;
  label: string;
  longLabel: string;
  isPartial: boolean;
  values: Record<string, number | null>;
};

/** Something to know about a place on the axis: a freeze, a holiday, an incident. */
export type Mark = { key: string; words: string };

/** Marks by their place, in the order in which they were given. */
export function marksByKey(marks: readonly Mark[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { key, words } of marks) found.set(key, [...(found.get(key) ?? []), words]);
  return found;
}

/** The points as rows for "View as table" and the CSV, with headings. */
export function chartRows(points: readonly Point[], series: readonly Series[], axis: string): string[][] {
  const head = [axis, ...series.map((one) => one.name)];
  const body = points.map((point) => [
    point.longLabel + (point.isPartial ? " (partial)" : ""),
    ...series.map((one) => String(point.values[one.key] ?? "")),
  ]);
  return [head, ...body];
}

/** RFC 4180; a leading formula sign is defused so that a spreadsheet does not run it. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}

/** Runs of neighbouring gaps, as first and last key. */
export function gapsOf(points: readonly Point[], series: readonly Series[]): { from: string; to: string }[] {
  const gaps: { from: string; to: string }[] = [];
  let isOpen = false;
  for (const point of points) {
    const isGap = series.every((one) => point.values[one.key] === null);
    const last = gaps.at(-1);
    if (isGap && isOpen && last) last.to = point.key;
    else if (isGap) gaps.push({ from: point.key, to: point.key });
    isOpen = isGap;
  }
  return gaps;
}
