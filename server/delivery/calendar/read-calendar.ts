import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { changeCalendarRefusal } from "#server/delivery/policy.ts";
import { type CalendarAnswer, type CalendarDay, type CalendarSettings, mostCalendarDays } from "./model.ts";

export async function readCalendarSettings(ctx: Ctx): Promise<CalendarSettings> {
  const [row] = await ctx.db.execute<CalendarSettings>(sql`
    select i.time_zone as "timeZone", coalesce(c.week_starts_on, 1)::int as "weekStartsOn",
      coalesce(c.fiscal_year_starts_in, 1)::int as "fiscalYearStartsIn"
    from (select 1) as one left join installation i on true left join delivery_calendar c on true`);
  return {
    timeZone: row?.timeZone ?? "UTC",
    weekStartsOn: row?.weekStartsOn ?? 1,
    fiscalYearStartsIn: row?.fiscalYearStartsIn ?? 1,
  };
}

/** Holidays and freezes that touch these days, both included; all without any. */
export async function readCalendarDays(ctx: Ctx, from?: string, to?: string): Promise<CalendarDay[]> {
  const rows = await ctx.db.execute<CalendarDay>(sql`
    select id, kind, from_day::text as "from", to_day::text as "to", title from delivery_calendar_days
    where to_day >= ${from ?? "-infinity"}::date and from_day <= ${to ?? "infinity"}::date
    order by from_day, id limit ${mostCalendarDays}`);
  return [...rows];
}

/** The organisation's calendar, for everybody who is signed in. */
export async function readCalendar(ctx: Ctx): Promise<CalendarAnswer> {
  const [settings, days] = await Promise.all([readCalendarSettings(ctx), readCalendarDays(ctx)]);
  return { ...settings, days, may: { change: changeCalendarRefusal(ctx.actor) } };
}
