const units: readonly [seconds: number, one: string, many: string][] = [
  [86_400, "day", "days"],
  [3_600, "hour", "hours"],
  [60, "minute", "minutes"],
];

/** A duration in seconds in its largest unit, with one decimal below ten: "3.5 days", "40 minutes", "under a minute". */
export function formatDuration(seconds: number): string {
  for (const [size, one, many] of units) {
    if (seconds < size) continue;
    const count = seconds / size;
    const shown = count >= 10 ? Math.round(count) : Math.round(count * 10) / 10;
    return `${shown} ${shown === 1 ? one : many}`;
  }
  return "under a minute";
}
