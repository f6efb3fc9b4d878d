import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { makeRightOfWay } from "#server/core/give-way.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { CalendarSettings } from "#server/delivery/calendar/model.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { daysOf } from "./answer.ts";
import { keepFiguresJob, keepLongFiguresJob } from "./figures-job-name.ts";
import type { Scope } from "./inputs.ts";
import { keepLongWindows, keepScope } from "./keep-scope.ts";
import { longDays } from "./kept-windows.ts";
import { standingScopes } from "./large-scopes.ts";
import { type ResolvedScope, resolveScope, scopeKey } from "./scope.ts";
import { spreadMarks, touchedScopes } from "./scope-state.ts";
import { basisOf, isDue, weekSpan } from "./standing.ts";
import { lastWeeks, windowOf } from "./window.ts";

/** So long a run goes on with what changes and with what is missing; then another one follows. */
const longestRunMs = 20_000;
/** A scope that changes without a pause is made at most so often. */
const scopePauseMs = 1_000;
/** So often all scopes are looked at: a day may have begun, and services may have moved. */
const lookAgainMs = 55_000;
/** While much changes, one of so many turns is for a scope that is only looked at. */
const turnsOfChanges = 4;

/** The longer windows wait while shorter ones follow a change, so long at a time at most. */
const rightOfWay = makeRightOfWay(5_000);

let looked: { at: number; db: Ctx["db"]; basis: string } | null = null;

/**
 * Brings the kept figures up to date: of each scope that something has changed in, the organisation first, and once a minute
 * of all that there are. What changes in the meantime is taken up in between. Answers once nothing is left, or else orders
 * the next run.
 */
export async function keepFigures(ctx: Ctx): Promise<void> {
  const until = performance.now() + longestRunMs;
  const calendar = await readCalendarSettings(ctx);
  const scopes = await standingScopes(ctx);
  const isLooking = needsLook(ctx, calendar);
  const unseen = new Map(isLooking ? scopes.map((scope) => [keyOf(scope), scope]) : []);
  const made = new Map<string, number>();
  for (let turn = 1; ; turn++) {
    await inTransaction(ctx, spreadMarks);
    const touched = await touchedScopes(ctx);
    const waiting = scopes.filter((scope) => touched.has(keyOf(scope)));
    const changed = waiting.find((scope) => hasRested(made.get(keyOf(scope))));
    const [other] = unseen.values();
    const next = other && (!changed || turn % turnsOfChanges === 0) ? other : changed;
    if (!next || performance.now() > until) {
      if (next || waiting.length > 0) await enqueue(ctx, keepFiguresJob, {});
      break;
    }
    const resolved = await resolveIfThere(ctx, next);
    const keep = (scope: ResolvedScope) => keepScope(ctx, scope, calendar);
    if (resolved) await (next === changed ? rightOfWay.first(() => keep(resolved)) : keep(resolved));
    else await forgetScope(ctx, keyOf(next));
    unseen.delete(keyOf(next));
    made.set(keyOf(next), performance.now());
  }
  if (isLooking && unseen.size === 0) await lookedAtAll(ctx, calendar, scopes);
  await enqueueLong(ctx, calendar, scopes);
}

const keyOf = (scope: Scope) => scopeKey({ kind: scope.kind, ref: "ref" in scope ? scope.ref : null });

const hasRested = (madeAt: number | undefined) =>
  madeAt === undefined || performance.now() - madeAt > scopePauseMs;

function needsLook(ctx: Ctx, calendar: CalendarSettings): boolean {
  if (!looked || looked.db !== ctx.db || looked.basis !== basisOf(calendar)) return true;
  return Math.abs(ctx.now().getTime() - looked.at) > lookAgainMs;
}

/** A team that has gone since the list was made is left out. */
async function resolveIfThere(ctx: Ctx, scope: Scope): Promise<ResolvedScope | null> {
  return resolveScope(ctx, scope).catch((error: unknown) => {
    if (findDomainError(error)?.code === "not_found") return null;
    throw error;
  });
}

async function forgetScope(ctx: Ctx, key: string): Promise<void> {
  await ctx.db.execute(sql`delete from delivery_standing where scope = ${key}`);
  await ctx.db.execute(sql`delete from delivery_days where scope = ${key}`);
}

async function lookedAtAll(ctx: Ctx, calendar: CalendarSettings, scopes: readonly Scope[]): Promise<void> {
  await removeOld(ctx, calendar, scopes.map(keyOf));
  looked = { at: ctx.now().getTime(), db: ctx.db, basis: basisOf(calendar) };
}

/** Windows of days that are over, weeks and days that no page rests on any more, and scopes that are no longer kept. */
async function removeOld(ctx: Ctx, calendar: CalendarSettings, scopes: readonly string[]): Promise<void> {
  const window = windowOf({ days: Math.max(...longDays) }, calendar, ctx.now());
  const oldest = lastWeeks(window)[0]?.key ?? window.days.from;
  const kept = sql`any(${sql.param([...scopes])}::text[])`;
  await ctx.db.execute(sql`
    delete from delivery_standing where span = ${weekSpan} and day < ${oldest}::date
      or span ~ '^[0-9]+$' and day < ${window.days.to}::date - 1 or not scope = ${kept}`);
  await ctx.db.execute(sql`
    delete from delivery_days where day < ${daysOf(window)[0]?.key ?? null}::date or not scope = ${kept}`);
}

/** Orders the longer windows where one is missing or due; they take a tenth of the time at most, and rest for a minute at least. */
async function enqueueLong(ctx: Ctx, calendar: CalendarSettings, scopes: readonly Scope[]): Promise<void> {
  const { days } = windowOf({}, calendar, ctx.now());
  const [row] = await ctx.db.execute<{ standing: number }>(sql`
    select count(*)::int as standing from delivery_standing
    where basis = ${basisOf(calendar)} and day = ${days.to}::date and not ${isDue}
      and span = any(${sql.param(longDays.map(String))}::text[])`);
  if ((row?.standing ?? 0) < scopes.length * longDays.length)
    await enqueue(ctx, keepLongFiguresJob, {}, { startAfterSeconds: longPause() });
}

let lastLongMs = 0;
const longPause = () => Math.max(60, Math.ceil((9 * lastLongMs) / 1_000));

/** Makes the longer windows that are missing or due. */
export async function keepLongFigures(ctx: Ctx): Promise<void> {
  const began = performance.now();
  const calendar = await readCalendarSettings(ctx);
  for (const scope of await standingScopes(ctx)) {
    const resolved = await resolveIfThere(ctx, scope);
    if (resolved) await keepLongWindows(ctx, resolved, calendar, rightOfWay.giveWay);
  }
  lastLongMs = performance.now() - began;
}
