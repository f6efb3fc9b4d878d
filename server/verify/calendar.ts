const dayMs = 86_400_000;

/** A moment as whole microseconds since 1970. PostgreSQL keeps microseconds, and what is halfway decides on them. */
export type Micros = number;

const form = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/;

/** NaN where the text is no moment of the form 2026-03-01T08:00:00.000000Z. */
export function microsOf(text: string): Micros {
  const [, seconds, fraction = ""] = form.exec(text) ?? [];
  return seconds === undefined
    ? Number.NaN
    : Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0"));
}

export const textOf = (at: Micros): string => new Date(at / 1000).toISOString();

export const secondsBetween = (from: Micros, to: Micros): number => (to - from) / 1_000_000;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall of a zone shows, read as if it were UTC; milliseconds. */
function wallTime(ms: number, zone: string): number {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      ...{
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
      },
    });
  clocks.set(zone, clock);
  const shown: Record<string, number> = {};
  for (const { type, value } of clock.formatToParts(ms)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The day of a moment in a zone. */
export const dayAt = (at: Micros, zone: string): string =>
  new Date(wallTime(Math.floor(at / 1_000_000) * 1000, zone)).toISOString().slice(0, 10);

/**
 * The first moment of a day in a zone. Where the clocks jump over midnight it is the moment of the jump; where they show
 * midnight twice, the earlier one.
 */
export function dayStart(day: string, zone: string): Micros {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const shifts = [-1, 1].map((side) => {
    const near = midnight + side * dayMs;
    return wallTime(near, zone) - near;
  });
  const candidates = shifts.map((shift) => midnight - shift);
  const exact = candidates.filter((ms) => wallTime(ms, zone) === midnight);
  return (exact.length > 0 ? Math.min(...exact) : Math.max(...candidates)) * 1000;
}

export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

export const daysFrom = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);

/** The first day of a day's week; weeks start on 1 (Monday) to 7. */
export function firstOfWeek(day: string, startsOn: number): string {
  const sunday0 = new Date(`${day}T00:00:00Z`).getUTCDay();
  return plusDays(day, -((sunday0 - startsOn + 14) % 7));
}

/** ISO 8601's name of the week that begins on this Monday: the year is that of its Thursday. */
export function isoWeekName(monday: string): string {
  const thursday = plusDays(monday, 3);
  const year = thursday.slice(0, 4);
  return `${year}-W${String(Math.floor(daysFrom(`${year}-01-01`, thursday) / 7) + 1).padStart(2, "0")}`;
}
