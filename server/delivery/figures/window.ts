import type { CalendarSettings } from "#server/delivery/calendar/model.ts";
import {
  addDays,
  dayOf,
  daysBetween,
  earlierDay,
  startOfDay,
  weekStart,
} from "#server/delivery/calendar/zoned-days.ts";
import { isoWeek } from "#server/delivery/weeks.ts";
import { maturationDays } from "./definitions.ts";
import type { WindowDays } from "./figures-answer.ts";

/** A stretch of time, half open, under a name. `judgedTo`: deployments before it have had time to fail. */
export type Span = { key: string; from: Date; to: Date; judgedTo: Date };

export type FiguresWindow = {
  calendar: CalendarSettings;
  days: WindowDays;
  previousDays: WindowDays;
  now: Span;
  previous: Span;
  /** All weeks that touch the window or the one before it, and at least 26; the oldest first. */
  weeks: WeekSpan[];
  asOf: Date;
  isPartial: boolean;
};

export type WeekSpan = Span & { name: string; isEnded: boolean };

export const weeksInSeries = 26;
const usualDays = 90;

/** The days that are asked for, in the organisation's time zone, with the same number of days before them. */
export function windowOf(
  asked: { days?: number | undefined; from?: string | undefined; to?: string | undefined },
  calendar: CalendarSettings,
  at: Date,
): FiguresWindow {
  const { timeZone } = calendar;
  const tomorrow = addDays(dayOf(at, timeZone), 1);
  const to = asked.to ?? tomorrow;
  const from = asked.from ?? addDays(to, -(asked.days ?? usualDays));
  const before = addDays(from, -daysBetween(from, to));
  const end = startOfDay(to, timeZone);
  const asOf = new Date(Math.min(at.getTime(), end.getTime()));
  return {
    calendar,
    days: { from, to },
    previousDays: { from: before, to: from },
    now: spanOf("now", from, to, to, timeZone),
    previous: spanOf("previous", before, from, from, timeZone),
    weeks: weeksOf(before, to, calendar, asOf),
    asOf,
    // Today is always under way: only what lies beyond it makes a window partial.
    isPartial: to > tomorrow,
  };
}

function spanOf(key: string, from: string, to: string, end: string, timeZone: string): Span {
  const judged = addDays(end, -maturationDays);
  return {
    key,
    from: startOfDay(from, timeZone),
    to: startOfDay(to, timeZone),
    judgedTo: startOfDay(earlierDay(judged, to), timeZone),
  };
}

function weeksOf(earliest: string, to: string, calendar: CalendarSettings, asOf: Date): WeekSpan[] {
  const { weekStartsOn, timeZone } = calendar;
  const last = weekStart(addDays(to, -1), weekStartsOn);
  const series = addDays(last, -7 * (weeksInSeries - 1));
  const needed = weekStart(earliest, weekStartsOn);
  const weeks: WeekSpan[] = [];
  for (let start = earlierDay(needed, series); start <= last; start = addDays(start, 7)) {
    const span = spanOf(start, start, addDays(start, 7), to, timeZone);
    const name = weekStartsOn === 1 ? isoWeek(new Date(`${start}T00:00:00Z`)) : start;
    weeks.push({ ...span, name, isEnded: span.to <= asOf });
  }
  return weeks;
}

export const lastWeeks = (window: FiguresWindow): WeekSpan[] => window.weeks.slice(-weeksInSeries);

/** Weeks that lie in the window, wholly or in part, and have begun. */
export const weeksWithin = ({ weeks, now, asOf }: FiguresWindow): WeekSpan[] =>
  weeks.filter(({ from, to }) => to > now.from && from < now.to && from < asOf);
