import { createHash } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { CalendarSettings } from "#server/delivery/calendar/model.ts";
import { reviveBody, type WindowBody } from "./answer.ts";
import { figuresVersion } from "./definitions.ts";
import type { ResolvedScope } from "./scope.ts";
import type { WeekBody } from "./week-figures.ts";
import { type FiguresWindow, lastWeeks } from "./window.ts";

/** Under what a figure was kept; where something of it is another now, the figure does not count. */
export const basisOf = ({ timeZone, weekStartsOn }: CalendarSettings): string =>
  `${timeZone}|${weekStartsOn}|${figuresVersion}`;

export type StandingRow = { span: string; day: string; isDue: boolean; computedAt: Date; body: unknown };

export const weekSpan = "week";
export const windowSpan = (window: FiguresWindow): string => String(daysOf(window));

const daysOf = ({ days }: FiguresWindow) =>
  Math.round((Date.parse(days.to) - Date.parse(days.from)) / 86_400_000);

/** Tells whether a scope still has the same services; kept beside its figures. */
export const fingerprintOf = ({ name, services, withoutDelivery }: ResolvedScope): string =>
  createHash("sha256")
    .update(JSON.stringify([name, withoutDelivery, services]))
    .digest("hex")
    .slice(0, 32);

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
      and not exists (select 1 from delivery_marks m join delivery_services v on v.id = m.service_id
        where 'service:' || v.entity_ref = ${scope})`);
  const own = rows.find(({ span }) => span !== weekSpan);
  const bodies = new Map(
    rows.filter(({ span }) => span === weekSpan).map(({ day, body }) => [day, body as WeekBody]),
  );
  if (!own || bodies.size < weeks.length) return null;
  return { body: reviveBody(own.body as WindowBody), weeks: bodies, computedAt: new Date(own.computedAt) };
}

/** Which figures of a scope are kept under this basis, without the figures themselves. */
export async function listStanding(
  ctx: Ctx,
  about: { scope: string; basis: string },
): Promise<Omit<StandingRow, "body">[]> {
  const rows = await ctx.db.execute<{ span: string; day: string; isDue: boolean; computedAt: string }>(sql`
    select span, day::text as day, ${isDue} as "isDue", computed_at as "computedAt" from delivery_standing
    where scope = ${about.scope} and basis = ${about.basis}`);
  return rows.map((row) => ({ ...row, computedAt: new Date(row.computedAt) }));
}

export const isDue: SQL = sql`coalesce(due_at >= computed_at, false)`;

/** Keeps figures in place of those that stood there. `computedAt` is when reading began. */
export async function writeStanding(
  ctx: Ctx,
  about: { scope: string; basis: string; computedAt: Date },
  rows: readonly { span: string; day: string; body: unknown }[],
): Promise<void> {
  if (rows.length === 0) return;
  const list = JSON.stringify(rows);
  await ctx.db.execute(sql`
    insert into delivery_standing (scope, span, day, basis, body, computed_at)
    select ${about.scope}, r.span, r.day, ${about.basis}, r.body, ${about.computedAt.toISOString()}::timestamptz
    from jsonb_to_recordset(${list}::jsonb) as r(span text, day date, body jsonb)
    on conflict (scope, span, day) do update
      set basis = excluded.basis, body = excluded.body, computed_at = excluded.computed_at`);
}
