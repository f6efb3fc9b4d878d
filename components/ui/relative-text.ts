const steps: [limitMs: number, unitMs: number, one: string, many: string][] = [
  [3_600_000, 60_000, "min", "min"],
  [86_400_000, 3_600_000, "hour", "hours"],
  [7 * 86_400_000, 86_400_000, "day", "days"],
  [60 * 86_400_000, 7 * 86_400_000, "week", "weeks"],
  [730 * 86_400_000, 30.44 * 86_400_000, "month", "months"],
  [Number.POSITIVE_INFINITY, 365.25 * 86_400_000, "year", "years"],
];

/** "3 min ago", "in 2 days"; "just now" within 45 seconds on either side. Times in ms since 1970. */
export function relativeText(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 45_000) return "just now";
  for (const [limit, unit, one, many] of steps) {
    if (distance >= limit) continue;
    // What is past is told in whole units; of what is to come, 89 days are three months and not two.
    const count = Math.max(1, at > now ? Math.round(distance / unit) : Math.floor(distance / unit));
    const words = `${count} ${count === 1 ? one : many}`;
    return at > now ? `in ${words}` : `${words} ago`;
  }
  return "";
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (part: number) => String(part).padStart(2, "0");

/** "21 Nov 2026, 03:55 UTC": the same on server and browser, whatever their languages. */
export function exactUtc(at: Date): string {
  return `${utcDay(at)}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

/** "21 Nov 2026" */
export function utcDay(at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}
