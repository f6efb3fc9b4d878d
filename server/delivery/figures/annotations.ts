import type { Ctx } from "#server/core/context.ts";
import { type CalendarSettings, calendarKindWords } from "#server/delivery/calendar/model.ts";
import { readCalendarDays } from "#server/delivery/calendar/read-calendar.ts";
import { addDays, fiscalQuarters } from "#server/delivery/calendar/zoned-days.ts";
import type { Annotation } from "./figures-answer.ts";

/** Holidays, freezes and fiscal quarters of these days, `to` excluded. */
export async function readAnnotations(
  ctx: Ctx,
  days: { from: string; to: string },
  calendar: CalendarSettings,
): Promise<Annotation[]> {
  const known = await readCalendarDays(ctx, days.from, addDays(days.to, -1));
  return [
    ...known.map(({ kind, from, to, title }) => ({
      kind,
      from,
      to,
      title: `${calendarKindWords[kind]}: ${title}`,
      href: null,
    })),
    ...fiscalQuarters(days.from, days.to, calendar.fiscalYearStartsIn).map((quarter) => ({
      kind: "fiscal_quarter" as const,
      ...quarter,
      href: null,
    })),
  ];
}
