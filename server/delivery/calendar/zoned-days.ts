const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of a zone at a moment, as if it were UTC, in milliseconds. */
function wallClock(at: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  formats.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The calendar day "YYYY-MM-DD" of a moment in a zone of the IANA database. */
export const dayOf = (at: Date, timeZone: string): string =>
  new Date(wallClock(Math.floor(at.getTime() / 1000) * 1000, timeZone)).toISOString().slice(0, 10);

/** A page asks for the same few hundred days each time, and a formatter is slow. */
const starts = new Map<string, number>();
const mostStarts = 20_000;

/** The first moment of a calendar day in a zone; where clocks skip midnight, the moment at which they do. */
export function startOfDay(day: string, timeZone: string): Date {
  const key = `${day} ${timeZone}`;
  const known = starts.get(key) ?? findStart(day, timeZone);
  if (starts.size >= mostStarts) starts.clear();
  starts.set(key, known);
  return new Date(known);
}

function findStart(day: string, timeZone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  // Offsets lie within a day: the first guess is near enough to tell the offset on both sides of a change.
  const offsets = [wanted - dayMs, wanted + dayMs].map((near) => wallClock(near, timeZone) - near);
  const fits = offsets.map((offset) => wanted - offset).filter((at) => wallClock(at, timeZone) === wanted);
  return fits.length > 0 ? Math.min(...fits) : wanted - Math.min(...offsets);
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Days written alike sort as text. */
export const earlierDay = (one: string, other: string): string => [one, other].sort()[0] ?? one;

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);

/** The first day of the week that a day lies in; weeks start on 1 (Monday) to 7. */
export function weekStart(day: string, startsOn: number): string {
  const weekday = ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
  return addDays(day, -((weekday - startsOn + 7) % 7));
}

/** The name of the fiscal quarter that begins with a month, "FY2026 Q1"; a fiscal year is named by the year it ends in. */
export function fiscalQuarters(
  from: string,
  to: string,
  startsIn: number,
): { title: string; from: string; to: string }[] {
  const first = new Date(`${from.slice(0, 7)}-01T00:00:00Z`);
  const month = (first.getUTCMonth() - (startsIn - 1) + 12) % 3;
  first.setUTCMonth(first.getUTCMonth() - month);
  const quarters: { title: string; from: string; to: string }[] = [];
  for (let start = first; start.toISOString().slice(0, 10) < to; ) {
    const next = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 3, 1));
    const position = (start.getUTCMonth() - (startsIn - 1) + 12) % 12;
    const end = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - position + 11, 1));
    quarters.push({
      title: `${startsIn === 1 ? "" : "FY"}${end.getUTCFullYear()} Q${position / 3 + 1}`,
      from: start.toISOString().slice(0, 10),
      to: addDays(next.toISOString().slice(0, 10), -1),
    });
    start = next;
  }
  return quarters;
}
