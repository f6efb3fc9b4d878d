import { addDays, startOfDay } from "#server/delivery/calendar/zoned-days.ts";
import type { Stage } from "./model.ts";
import type { Span } from "./window.ts";

/** Durations of a day's changes and deployments, as they are in the rows. */
export type DayValues = {
  /** How many changes each deployment with changes brought. */
  sizes: Int32Array;
  /** Lead times in seconds, those of one deployment beside each other, in the order of `sizes`. */
  leads: Float64Array;
  /** Seconds of each stage, of changes that have stages, in no order. Null where they were not asked for. */
  stages: Readonly<Record<Stage, Float64Array>> | null;
  /** Pairs: when a service was deployed before, and when it was deployed on this day, in microseconds. */
  gaps: Float64Array;
};

/** What a scope had on one day. Whatever a window of whole days shows is made of what its days had. */
export type Day = {
  day: string;
  from: Date;
  /** Every count, by its name; those that need time to fail as if all had had it. */
  counts: Readonly<Record<string, number>>;
  /** When the oldest suggestion among the day's deployments was seen that nobody has judged. */
  oldestSuggestedAt: Date | null;
  /** Null where only the counts were asked for. */
  values: DayValues | null;
};

/** A day as the database gives it. */
export type DayRow = {
  day: string;
  counts: Record<string, number | string | null>;
  sizes: Buffer | null;
  leads: Buffer | null;
  gaps: Buffer | null;
} & Record<Stage, Buffer | null>;

/** All have had time to fail: whether they have is told when days are put together. */
const noLimit = new Date("9999-12-31T00:00:00Z");

/** The days from `from` up to (not including) `to`, each as a span under its own name. */
export function daySpans(from: string, to: string, timeZone: string): Span[] {
  const spans: Span[] = [];
  let start = startOfDay(from, timeZone);
  for (let day = from; day < to; day = addDays(day, 1)) {
    const end = startOfDay(addDays(day, 1), timeZone);
    spans.push({ key: day, from: start, to: end, judgedTo: noLimit });
    start = end;
  }
  return spans;
}

export function toDay(row: DayRow, from: Date): Day {
  const { oldest, ...counts } = row.counts;
  return {
    day: row.day,
    from,
    counts: counts as Record<string, number>,
    oldestSuggestedAt: oldest ? new Date(oldest) : null,
    values: row.leads && row.sizes && row.gaps ? toValues(row) : null,
  };
}

function toValues({ sizes, leads, gaps, coding, pickup, review, deploy }: DayRow): DayValues {
  const stages =
    coding && pickup && review && deploy
      ? { coding: doubles(coding), pickup: doubles(pickup), review: doubles(review), deploy: doubles(deploy) }
      : null;
  return { sizes: integers(sizes), leads: doubles(leads), stages, gaps: doubles(gaps) };
}

/** The database writes numbers with the highest byte first (`float8send`, `int4send`). */
function doubles(raw: Buffer | null): Float64Array {
  const { buffer } = new Uint8Array(raw ?? []);
  Buffer.from(buffer).swap64();
  return new Float64Array(buffer);
}

function integers(raw: Buffer | null): Int32Array {
  const { buffer } = new Uint8Array(raw ?? []);
  Buffer.from(buffer).swap32();
  return new Int32Array(buffer);
}

/** The days of a span, out of days in their order. */
export const daysIn = (days: readonly Day[], { from, to }: Pick<Span, "from" | "to">): Day[] =>
  days.slice(firstFrom(days, from.getTime()), firstFrom(days, to.getTime()));

/** The place of the first day that does not begin before. */
function firstFrom(days: readonly Day[], moment: number): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle]?.from.getTime() ?? moment) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What was measured on these days. Throws where only counts were read: a figure must not rest on half of its rows. */
export const valuesOf = (days: readonly Day[]): DayValues[] =>
  days.map(({ day, values }) => {
    if (!values) throw new Error(`Of ${day} only the counts were read`);
    return values;
  });

/** All values, in the order of the parts. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
