import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { CalendarSettings } from "#server/delivery/calendar/model.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { keepFiguresJob, keepLongFiguresJob } from "./figures-job-name.ts";
import type { Scope } from "./inputs.ts";
import { keepServices, keepWeeks, keepWindow } from "./keep-scope.ts";
import { longDays, shortDays } from "./kept-days.ts";
import { standingScopes } from "./large-scopes.ts";
import { type ResolvedScope, resolveScope, scopeKey } from "./scope.ts";
import { basisOf, isDue, weekSpan } from "./standing.ts";
import { type FiguresWindow, lastWeeks, windowOf } from "./window.ts";

type Mark = { serviceId: string; from: string; count: number };

/** So long a run goes on with what is missing, such as all windows of a day that has begun; then another one follows. */
const longestRunMs = 20_000;

/**
 * Brings the kept figures up to date: of each scope that has a changed service the weeks from the change on and the
 * shorter windows, and after that whatever is missing. The longer windows are marked, and follow within a minute. Made
 * from the same rows by the same reads as what is worked out on the spot.
 */
export async function keepFigures(ctx: Ctx): Promise<void> {
  const began = performance.now();
  const marks = await ctx.db.execute<Mark>(sql`
    select service_id as "serviceId", from_at as "from", count::float8 as count from delivery_marks`);
  const calendar = await readCalendarSettings(ctx);
  const scopes: ResolvedScope[] = [];
  const rest: ResolvedScope[] = [];
  // The organisation comes first, and does not wait until it is known what all teams own.
  for (const scope of await standingScopes(ctx)) {
    const resolved = await resolveIfThere(ctx, scope);
    if (!resolved) continue;
    scopes.push(resolved);
    const touched = earliestOf(resolved, marks);
    if (touched) await keepScope(ctx, resolved, calendar, touched);
    else rest.push(resolved);
  }
  await ctx.db.execute(sql`
    delete from delivery_marks m using jsonb_to_recordset(${JSON.stringify(marks)}::jsonb) as done("serviceId" uuid, count bigint)
    where m.service_id = done."serviceId" and m.count = done.count`);
  for (const scope of rest) {
    await keepScope(ctx, scope, calendar, null);
    if (performance.now() - began > longestRunMs) return enqueue(ctx, keepFiguresJob, {}, { key: "all" });
  }
  const kept = scopes.map(scopeKey);
  const window = windowOf({}, calendar, ctx.now());
  await removeOld(ctx, window, kept);
  await enqueueLong(ctx, basisOf(calendar), window.days.to, kept);
}

async function keepScope(
  ctx: Ctx,
  scope: ResolvedScope,
  calendar: CalendarSettings,
  marked: Date | null,
): Promise<void> {
  const windows = shortDays.map((days) => windowOf({ days }, calendar, ctx.now()));
  const [shortest] = windows;
  if (!shortest) return;
  const touched = await keepServices(ctx, scope, basisOf(calendar), marked);
  if (touched) await markLong(ctx, scope);
  const weeks = await keepWeeks(ctx, scope, shortest, touched);
  // The longest of them is the one that pages open with.
  for (const window of windows.toReversed()) await keepWindow(ctx, scope, window, touched, weeks);
}

/** A team that has gone since the list was made is left out. */
async function resolveIfThere(ctx: Ctx, scope: Scope): Promise<ResolvedScope | null> {
  return resolveScope(ctx, scope).catch((error: unknown) => {
    if (findDomainError(error)?.code === "not_found") return null;
    throw error;
  });
}

/** The earliest moment from which something of the scope has changed. */
function earliestOf({ services }: ResolvedScope, marks: readonly Mark[]): Date | null {
  const ids = new Set(services.map(({ id }) => id));
  const moments = marks.filter((mark) => ids.has(mark.serviceId)).map(({ from }) => new Date(from).getTime());
  return moments.length === 0 ? null : new Date(Math.min(...moments));
}

async function markLong(ctx: Ctx, scope: ResolvedScope): Promise<void> {
  await ctx.db.execute(sql`
    update delivery_standing set due_at = ${ctx.now().toISOString()}::timestamptz
    where scope = ${scopeKey(scope)} and span = any(${sql.param(longDays.map(String))}::text[])`);
}

/** Windows of days that are over, weeks that no page shows any more, and scopes that are no longer kept. */
async function removeOld(ctx: Ctx, window: FiguresWindow, scopes: readonly string[]): Promise<void> {
  const oldest = lastWeeks(window)[0]?.key ?? window.days.from;
  await ctx.db.execute(sql`
    delete from delivery_standing where span = ${weekSpan} and day < ${oldest}::date
      or span ~ '^[0-9]+$' and day < ${window.days.to}::date - 1
      or scope <> all(${sql.param([...scopes])}::text[])`);
}

/** Orders the longer windows, at most once a minute, where one is missing or due. */
async function enqueueLong(ctx: Ctx, basis: string, day: string, scopes: readonly string[]): Promise<void> {
  const [row] = await ctx.db.execute<{ standing: number }>(sql`
    select count(*)::int as standing from delivery_standing
    where basis = ${basis} and day = ${day}::date and not ${isDue} and span = any(${sql.param(longDays.map(String))}::text[])`);
  if ((row?.standing ?? 0) < scopes.length * longDays.length)
    await enqueue(ctx, keepLongFiguresJob, {}, { key: "all", startAfterSeconds: longPauseSeconds });
}

const longPauseSeconds = 60;

/** Makes the longer windows that are missing or due. */
export async function keepLongFigures(ctx: Ctx): Promise<void> {
  const calendar = await readCalendarSettings(ctx);
  for (const scope of await standingScopes(ctx)) {
    const resolved = await resolveIfThere(ctx, scope);
    if (!resolved) continue;
    for (const days of longDays) await keepLongWindow(ctx, resolved, windowOf({ days }, calendar, ctx.now()));
  }
}

/**
 * Reads two years of a large organisation: one statement after the other, so that half of the machine stays for pages, with
 * more patience and memory for sorting than these get.
 */
function keepLongWindow(ctx: Ctx, scope: ResolvedScope, window: FiguresWindow): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`set local statement_timeout = '15min'`);
    await tx.db.execute(sql`set local work_mem = '64MB'`);
    await keepWindow(tx, scope, window, null);
  });
}
