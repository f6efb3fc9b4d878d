import { atLine } from "./broken-file.ts";
import {
  dayAt,
  dayStart,
  daysFrom,
  firstOfWeek,
  isoWeekName,
  type Micros,
  microsOf,
  plusDays,
} from "./calendar.ts";
import type { Parsed } from "./parse-line.ts";
import { partsOf } from "./parse-line.ts";

/** A half-open stretch of time. Deployments before `judgedTo` have had seven days to fail. */
export type Span = { from: Micros; to: Micros; judgedTo: Micros };
export type Week = Span & { start: string; name: string; isEnded: boolean };

/** What the file's first line asks for. */
export type Question = {
  scopeKey: string;
  days: { from: string; to: string };
  zone: string;
  asOf: Micros;
  now: Span;
  before: Span;
  /** All weeks that touch the window or the one before it, and at least 26. */
  weeks: readonly Week[];
  exclusions: boolean;
  bots: boolean;
};

const earlierDay = (one: string, other: string): string => [one, other].sort()[0] ?? one;

const maturationDays = 7;
const weeksShown = 26;

export function readQuestion(header: Parsed): Question {
  const inside = (name: string) => partsOf(header.line, header.object(name));
  const [scope, window, calendar, options] = ["scope", "window", "calendar", "options"].map(inside) as [
    Omit<Parsed, "type">,
    Omit<Parsed, "type">,
    Omit<Parsed, "type">,
    Omit<Parsed, "type">,
  ];
  const days = { from: window.text("from"), to: window.text("to") };
  const zone = calendar.text("timeZone");
  const startsOn = calendar.number("weekStartsOn");
  checkDays(header.line, days, zone, startsOn);
  const writtenAt = header.moment("writtenAt");
  const earlier = { from: plusDays(days.from, -daysFrom(days.from, days.to)), to: days.from };
  const now = spanOf(days, days.to, zone);
  // The product counts in milliseconds here.
  const asOf = Math.min(Math.floor(writtenAt / 1000) * 1000, now.to);
  return {
    scopeKey: `${scope.text("kind")}:${scope.textOrNull("ref") ?? ""}`,
    days,
    zone,
    asOf,
    now,
    before: spanOf(earlier, earlier.to, zone),
    weeks: weeksOf(earlier.from, days.to, { zone, startsOn, asOf }),
    exclusions: options.flag("exclusions"),
    bots: options.flag("bots"),
  };
}

const isDay = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(microsOf(`${text}T00:00:00Z`));

function checkDays(line: number, days: Question["days"], zone: string, startsOn: number): void {
  if (!isDay(days.from) || !isDay(days.to) || days.from >= days.to || daysFrom(days.from, days.to) > 3660)
    throw atLine(line, "the window is no stretch of days");
  if (!Number.isInteger(startsOn) || startsOn < 1 || startsOn > 7)
    throw atLine(line, "weekStartsOn is not 1 (Monday) to 7 (Sunday)");
  try {
    dayAt(0, zone);
  } catch {
    throw atLine(line, `the time zone ${zone.slice(0, 60)} is not known`);
  }
}

/** `end` is the day at whose beginning the window of the question ends. */
function spanOf(days: { from: string; to: string }, end: string, zone: string): Span {
  const mature = plusDays(end, -maturationDays);
  return {
    from: dayStart(days.from, zone),
    to: dayStart(days.to, zone),
    judgedTo: dayStart(earlierDay(mature, days.to), zone),
  };
}

function weeksOf(
  earliest: string,
  to: string,
  { zone, startsOn, asOf }: { zone: string; startsOn: number; asOf: Micros },
): Week[] {
  const lastStart = firstOfWeek(plusDays(to, -1), startsOn);
  const [needed, shown] = [firstOfWeek(earliest, startsOn), plusDays(lastStart, -7 * (weeksShown - 1))];
  const weeks: Week[] = [];
  for (let start = earlierDay(needed, shown); start <= lastStart; start = plusDays(start, 7)) {
    const span = spanOf({ from: start, to: plusDays(start, 7) }, to, zone);
    weeks.push({
      ...span,
      start,
      name: startsOn === 1 ? isoWeekName(start) : start,
      isEnded: span.to <= asOf,
    });
  }
  return weeks;
}

export const shownWeeks = ({ weeks }: Question): readonly Week[] => weeks.slice(-weeksShown);
