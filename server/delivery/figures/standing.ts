import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { CalendarSettings } from "#server/delivery/calendar/model.ts";
import { reviveBody, type WindowBody } from "./answer.ts";
import { figuresVersion } from "./definitions.ts";
import type { WeekBody } from "./week-figures.ts";
import { type FiguresWindow, lastWeeks } from "./window.ts";

/**
 * Under what a figure was kept; where something of it is another now, the figure does not count. It names how figures are
 * kept, too: a release that knows no days leaves rows of another basis, and what it has worked in is then made anew.
 */
export const basisOf = ({ timeZone, weekStartsOn }: CalendarSettings): string =>
  `${timeZone}|${weekStartsOn}|${figuresVersion}|days`;

/** That a figure is kept, without the figure itself. */
export type StandingRow = { span: string; day: string; isDue: boolean; computedAt: Date };

export const weekSpan = "week";
export const windowSpan = (window: FiguresWindow): string => String(daysOf(window));

const daysOf = ({ days }: FiguresWindow) =>
  Math.round((Date.parse(days.to) - Date.parse(days.from)) / 86_400_000);

export const servicesSpan = "services";

export type Standing = { body: WindowBody; weeks: Map<string, WeekBody>; computedAt: Date | null };

/** The kept figures of a scope for a window and its 26 weeks; null unless all of them are there. */
export async function readStanding(ctx: Ctx, scope: string, window: FiguresWindow): Promise<Standing | null> {
  const weeks = lastWeeks(window).map(({ key }) => key);
  const rows = await ctx.db.execute<{ span: string; day: string; body: unknown; computedAt: string }>(sql`
    select span, day::text as day, body, computed_at as "computedAt" from delivery_standing
    where scope = ${scope} and basis = ${basisOf(window.calendar)} and (
      span = ${windowSpan(window)} and day = ${window.days.to}::date
      or span = ${weekSpan} and day = any(${sql.param(weeks)}::text[]::date[]))
      -- Of a single service nobody is shown what stood before their own click.
      and not (${scope} like 'service:%' and (
        exists (select 1 from delivery_marks m join delivery_services v on v.id = m.service_id
          where v.entity_ref = substr(${scope}, 9))
        or exists (select 1 from delivery_standing t
          where t.scope = ${scope} and t.span = ${servicesSpan} and t.touched_from is not null)))`);
  const own = rows.find(({ span }) => span !== weekSpan);
  const bodies = new Map(
    rows.filter(({ span }) => span === weekSpan).map(({ day, body }) => [day, body as WeekBody]),
  );
  if (!own || bodies.size < weeks.length) return null;
  return { body: reviveBody(own.body as WindowBody), weeks: bodies, computedAt: new Date(own.computedAt) };
}

/** Which figures of a scope are kept under this basis. */
export async function listStanding(
  ctx: Ctx,
  about: { scope: string; basis: string },
): Promise<StandingRow[]> {
  const rows = await ctx.db.execute<{ span: string; day: string; isDue: boolean; computedAt: string }>(sql`
    select span, day::text as day, ${isDue} as "isDue", computed_at as "computedAt" from delivery_standing
    where scope = ${about.scope} and basis = ${about.basis}`);
  return rows.map((row) => ({ ...row, computedAt: new Date(row.computedAt) }));
}

export const isDue: SQL = sql`coalesce(due_at >= computed_at, false)`;

/**
 * Keeps figures in place of those that stood there. `computedAt` is when reading began. `isSettled`: nothing they rest on can
 * have changed since, so that nothing is due any more.
 */
export async function writeStanding(
  ctx: Ctx,
  about: { scope: string; basis: string; computedAt: Date; isSettled: boolean },
  rows: readonly { span: string; day: string; body: unknown }[],
): Promise<void> {
  if (rows.length === 0) return;
  const list = JSON.stringify(rows);
  await ctx.db.execute(sql`
    insert into delivery_standing as s (scope, span, day, basis, body, computed_at)
    select ${about.scope}, r.span, r.day, ${about.basis}, r.body, ${about.computedAt.toISOString()}::timestamptz
    from jsonb_to_recordset(${list}::jsonb) as r(span text, day date, body jsonb)
    on conflict (scope, span, day) do update
      set basis = excluded.basis, body = excluded.body, computed_at = excluded.computed_at,
        due_at = case when ${about.isSettled} then null else s.due_at end`);
}
