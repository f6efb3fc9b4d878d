import { dayOf, startOfDay } from "#server/delivery/calendar/zoned-days.ts";

/** A value, or why it is none. */
export type Read<Value> = { value: Value } | { problem: string };

const shown = (text: string) => `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;

/** `day`: the calendar day that the text itself names; null where it names none (a number of seconds, UTC aside). */
export type ReadTime = { at: Date; day: string | null };

const written =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

/** Moments as ISO 8601 writes them, with a blank in place of the T too, and seconds or milliseconds since 1970. */
export function readTime(text: string, timeZone: string): Read<ReadTime> {
  if (/^\d{10}(\.\d+)?$/.test(text)) return { value: { at: new Date(Number(text) * 1000), day: null } };
  if (/^\d{13}$/.test(text)) return { value: { at: new Date(Number(text)), day: null } };
  const [, day, clock, offset] = written.exec(text) ?? [];
  if (day === undefined)
    return {
      problem: `${shown(text)} is no moment that can be read in one way only: write it as 2026-03-01T08:00:00Z`,
    };
  if (
    Number.isNaN(Date.parse(`${day}T00:00:00Z`)) ||
    !new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
  )
    return { problem: `${shown(text)} names a day that is in no calendar` };
  const zone = offset
    ?.toUpperCase()
    .replace("UTC", "Z")
    .replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
  const at = zone ? new Date(`${day}T${clock ?? "00:00"}${zone}`) : inZone(day, clock, timeZone);
  if (Number.isNaN(at.getTime())) return { problem: `${shown(text)} is no time of a day` };
  return { value: { at, day } };
}

function inZone(day: string, clock: string | undefined, timeZone: string): Date {
  const start = startOfDay(day, timeZone);
  if (clock === undefined) return start;
  const wanted = Date.parse(`${day}T${clock}Z`) - Date.parse(`${day}T00:00:00Z`);
  const at = new Date(start.getTime() + wanted);
  // Where the clocks changed since midnight, by what they changed.
  const shift =
    startOfDay(dayOf(new Date(start.getTime() + 36 * 3_600_000), timeZone), timeZone).getTime() -
    start.getTime();
  return shift === 86_400_000 || wanted < 3 * 3_600_000 ? at : new Date(at.getTime() + shift - 86_400_000);
}

/** The first day of a week: the day itself, or the Monday of "2026-W12". */
export function readWeek(text: string): Read<string> {
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const day = text.slice(0, 10);
    if (!Number.isNaN(Date.parse(`${day}T00:00:00Z`))) return { value: day };
  }
  const [, year, number] = /^(\d{4})-?W(\d{1,2})$/i.exec(text) ?? [];
  if (year === undefined || number === undefined || Number(number) < 1 || Number(number) > 53)
    return { problem: `${shown(text)} is no week: write its first day, or 2026-W12` };
  const fourth = new Date(`${year}-01-04T00:00:00Z`);
  const monday = fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * 86_400_000;
  return { value: new Date(monday + (Number(number) - 1) * 7 * 86_400_000).toISOString().slice(0, 10) };
}

const good = /^(success(ful|ully)?|succeeded|ok|passed|done|complete[d]?|finished|deployed|true|1|active)$/i;
const bad = /^(fail(ed|ure)?|error(ed)?|cancel(l?ed)?|aborted|rejected|timed[ _]?out|false|0)$/i;

export const readOutcome = (text: string): "success" | "failure" | "other" =>
  good.test(text) ? "success" : bad.test(text) ? "failure" : "other";

export function readCommit(text: string): Read<string> {
  return /^[0-9a-f]{7,64}$/i.test(text)
    ? { value: text.toLowerCase() }
    : { problem: `${shown(text)} is no commit: write at least seven characters of it` };
}

export function readCount(text: string): Read<number> {
  const value = Number(text);
  return /^\d+$/.test(text) && value <= 1_000_000 ? { value } : { problem: `${shown(text)} is no count` };
}

const unitSeconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

export function readDuration(text: string, unit: keyof typeof unitSeconds): Read<number> {
  const value = Number(text.replace(",", "."));
  if (text === "" || !Number.isFinite(value) || value < 0 || value > 1e9)
    return { problem: `${shown(text)} is no duration in ${unit}` };
  return { value: value * unitSeconds[unit] };
}
