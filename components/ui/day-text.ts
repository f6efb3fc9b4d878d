import { utcDay } from "./relative-text.ts";

/** "2026-11-21": "21 Nov 2026", the same on server and browser, whatever their languages. */
export const dayText = (day: string): string => utcDay(new Date(`${day}T00:00:00Z`));

/** Without the year, for an axis: "21 Nov". */
export const shortDayText = (day: string): string => dayText(day).replace(/ \d+$/, "");

/** Both days are in it: "24 Dec 2026 to 2 Jan 2027"; one day alone: "24 Dec 2026". */
export const daysText = (from: string, to: string): string =>
  from === to ? dayText(from) : `${dayText(from)} to ${dayText(to)}`;

/** "Saturday, 21 Nov 2026" */
export function weekdayText(day: string): string {
  const format = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });
  return `${format.format(new Date(`${day}T00:00:00Z`))}, ${dayText(day)}`;
}

/** "14:03" by the clock of a time zone. */
export function timeText(at: Date, timeZone: string): string {
  const { hour = "", minute = "" } = partsOf(at, timeZone);
  return `${hour}:${minute}`;
}

/** "21 Nov 2026, 14:03" by the clock of a time zone, for pages that say once which it is. */
export function momentText(at: Date, timeZone: string): string {
  const { year, month, day } = partsOf(at, timeZone);
  return `${dayText(`${year}-${month}-${day}`)}, ${timeText(at, timeZone)}`;
}

function partsOf(at: Date, timeZone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}
