import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { addDays, startOfDay } from "#server/delivery/calendar/zoned-days.ts";
import { measureWindow, type WindowBody } from "./answer.ts";
import { type ResolvedScope, scopeKey } from "./scope.ts";
import {
  basisOf,
  fingerprintOf,
  isDue,
  listStanding,
  servicesSpan,
  weekSpan,
  windowSpan,
  writeStanding,
} from "./standing.ts";
import { measureWeeks } from "./week-figures.ts";
import { type FiguresWindow, lastWeeks } from "./window.ts";

const usual = { exclusions: true, bots: true };
const noDay = "1970-01-01";
const always = new Date(0);

/**
 * From when on a scope's figures have to be made anew: from the first mark, and all of them where its services are others
 * than when they were made. Null: they stand.
 */
export async function keepServices(
  ctx: Ctx,
  scope: ResolvedScope,
  basis: string,
  marked: Date | null,
): Promise<Date | null> {
  const fingerprint = fingerprintOf(scope);
  const [row] = await ctx.db.execute<{ body: { fingerprint: string } }>(sql`
    select body from delivery_standing where scope = ${scopeKey(scope)} and span = ${servicesSpan} and basis = ${basis}`);
  if (row?.body.fingerprint === fingerprint) return marked;
  // Without their figures a fingerprint would claim what is not so: they are due before it is written.
  await ctx.db.execute(sql`
    update delivery_standing set due_at = ${ctx.now().toISOString()}::timestamptz where scope = ${scopeKey(scope)}`);
  await writeStanding(ctx, { scope: scopeKey(scope), basis, computedAt: ctx.now() }, [
    { span: servicesSpan, day: noDay, body: { fingerprint } },
  ]);
  return always;
}

/** Makes the weeks that are missing or touched, and the newest ones once a day. Answers what counted in each week. */
export async function keepWeeks(
  ctx: Ctx,
  scope: ResolvedScope,
  window: FiguresWindow,
  touched: Date | null,
): Promise<ReadonlyMap<string, number>> {
  const computedAt = ctx.now();
  const about = { scope: scopeKey(scope), basis: basisOf(window.calendar), computedAt };
  const kept = await listStanding(ctx, about);
  const known = new Map(kept.filter(({ span }) => span === weekSpan).map((row) => [row.day, row]));
  const today = startOfDay(addDays(window.days.to, -1), window.calendar.timeZone);
  const due = lastWeeks(window).filter((week) => {
    const row = known.get(week.key);
    if (!row || row.isDue) return true;
    // What has had time to fail grows with each day.
    const hasAged = week.to > addMs(window.now.judgedTo, -86_400_000) && row.computedAt < today;
    return hasAged || (touched !== null && week.to > touched);
  });
  if (due.length > 0) {
    const bodies = await measureWeeks(ctx, scope, window, due, usual);
    await writeStanding(
      ctx,
      about,
      [...bodies].map(([day, body]) => ({ span: weekSpan, day, body })),
    );
  }
  return countWeeks(ctx, about);
}

async function countWeeks(
  ctx: Ctx,
  about: { scope: string; basis: string },
): Promise<ReadonlyMap<string, number>> {
  const rows = await ctx.db.execute<{ day: string; forward: number }>(sql`
    select day::text as day, (body->>'forward')::int as forward from delivery_standing
    where scope = ${about.scope} and basis = ${about.basis} and span = ${weekSpan}`);
  return new Map(rows.map(({ day, forward }) => [day, forward]));
}

const addMs = (at: Date, ms: number) => new Date(at.getTime() + ms);

/** Makes one window, unless it stands and nothing in it has changed. `weeks` are what counted in weeks that were just made. */
export async function keepWindow(
  ctx: Ctx,
  scope: ResolvedScope,
  window: FiguresWindow,
  touched: Date | null,
  weeks?: ReadonlyMap<string, number>,
): Promise<void> {
  const computedAt = ctx.now();
  const about = { scope: scopeKey(scope), basis: basisOf(window.calendar), computedAt };
  const [span, day] = [windowSpan(window), window.days.to];
  const [kept] = await ctx.db.execute<{ isDue: boolean; body: WindowBody }>(sql`
    select ${isDue} as "isDue", body from delivery_standing
    where scope = ${about.scope} and span = ${span} and day = ${day}::date and basis = ${about.basis}`);
  if (kept && !kept.isDue && !touched) return;
  // The window before stays as it was read, where nothing before this one has changed.
  const isBeforeSame = kept && !kept.isDue && touched !== null && touched >= window.now.from;
  const before = isBeforeSame ? kept.body.previous : undefined;
  const body = await measureWindow(ctx, scope, window, usual, { before, weeks });
  await writeStanding(ctx, about, [{ span, day, body }]);
}
