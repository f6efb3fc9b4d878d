import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import type { CalendarSettings } from "#server/delivery/calendar/model.ts";
import { addDays, startOfDay } from "#server/delivery/calendar/zoned-days.ts";
import { daysOf, measureWindow, readBeside } from "./answer.ts";
import { forgetDays, makeDays, missingDays, readKeptDays, usual } from "./kept-days.ts";
import { longDays, shortDays } from "./kept-windows.ts";
import type { LeadTimes } from "./lead-times.ts";
import type { Facts } from "./measured.ts";
import { readFailures } from "./recoveries.ts";
import { type ResolvedScope, scopeKey } from "./scope.ts";
import { beginScope, takeScope } from "./scope-state.ts";
import {
  basisOf,
  isDue,
  listStanding,
  type StandingRow,
  servicesSpan,
  weekSpan,
  windowSpan,
  writeStanding,
} from "./standing.ts";
import { measureWeeks } from "./week-figures.ts";
import { type FiguresWindow, lastWeeks, type Span, type WeekSpan, windowOf } from "./window.ts";

/** In so many seconds whoever is making longer windows has read the days as they were before. */
const readingSeconds = 30;
const dayMs = 86_400_000;

/**
 * Brings the shorter windows and the weeks of a scope up to date, from its days: those that something has changed in are made
 * anew from the rows. The longer windows are marked, and follow later. Does nothing where all stand.
 */
export async function keepScope(ctx: Ctx, scope: ResolvedScope, calendar: CalendarSettings): Promise<void> {
  const basis = basisOf(calendar);
  const windows = shortDays.map((days) => windowOf({ days }, calendar, ctx.now())).toReversed();
  const [longest] = windows;
  if (!longest) return;
  const days = daysOf(longest);
  await inTransaction(ctx, (tx) => beginScope(tx, scope, basis));
  await makeDays(ctx, scope, basis, await missingDays(ctx, scope, basis, days));
  await inTransaction(ctx, async (tx) => {
    const { touched, isOther } = await takeScope(tx, scope, basis);
    if (touched) {
      const past = { touched, first: days[0]?.key ?? longest.days.from, timeZone: calendar.timeZone };
      await forgetDays(tx, scopeKey(scope), past);
      const changed = days.filter(({ to }) => to > touched);
      await makeDays(tx, scope, basis, changed);
    }
    const kept = await listStanding(tx, { scope: scopeKey(scope), basis });
    const isStanding = (row: StandingRow | undefined) => row && !row.isDue && !isOther && !touched;
    const due = windows.filter((window) => !isStanding(rowOf(kept, window)));
    const weeks = dueWeeks(kept, longest, touched);
    if (due.length + weeks.length > 0) await makeFigures(tx, scope, basis, { due, weeks, days, touched });
    if (touched || isOther) await markLong(tx, scopeKey(scope));
  });
}

const rowOf = (kept: readonly StandingRow[], window: FiguresWindow) =>
  kept.find(({ span, day }) => span === windowSpan(window) && day === window.days.to);

/** Weeks that are missing or touched, and the newest ones once a day: what has had time to fail grows with each. */
function dueWeeks(kept: readonly StandingRow[], window: FiguresWindow, touched: Date | null): WeekSpan[] {
  const known = new Map(kept.filter(({ span }) => span === weekSpan).map((row) => [row.day, row]));
  const today = startOfDay(addDays(window.days.to, -1), window.calendar.timeZone);
  return lastWeeks(window).filter((week) => {
    const row = known.get(week.key);
    if (!row || row.isDue) return true;
    const hasAged = week.to.getTime() > window.now.judgedTo.getTime() - dayMs && row.computedAt < today;
    return hasAged || (touched !== null && week.to > touched);
  });
}

type Due = {
  /** The longest first. */
  due: readonly FiguresWindow[];
  weeks: readonly WeekSpan[];
  days: readonly Span[];
  touched: Date | null;
};

async function makeFigures(
  tx: Ctx,
  scope: ResolvedScope,
  basis: string,
  { due, weeks, days, touched }: Due,
): Promise<void> {
  const about = { scope: scopeKey(scope), basis, computedAt: tx.now(), isSettled: true };
  const befores = new Map<FiguresWindow, LeadTimes>();
  for (const window of due) {
    // The window before has the lead times that it had, where nothing before this one has changed.
    const isSame = touched === null || touched >= window.now.from;
    const before = isSame ? await readBefore(tx, about, window) : null;
    if (before) befores.set(window, before);
  }
  const needed: Pick<Span, "from" | "to">[] = [
    ...weeks,
    ...due.flatMap((window) => [window.now, ...(befores.has(window) ? [] : [window.previous])]),
  ];
  const facts = await readKeptFacts(tx, scope, { basis, days, windows: due, weeks, needed });
  if (!facts) throw new Error(`Days of ${about.scope} are missing`);
  const made = await measureWeeks(facts, weeks, tx.now());
  const rows: { span: string; day: string; body: unknown }[] = [...made].map(([day, body]) => ({
    ...{ span: weekSpan, day, body },
  }));
  const beside = due[0] && (await readBeside(tx, scope, due[0]));
  for (const window of due) {
    const own = { ...facts, before: befores.get(window) };
    const body = await measureWindow(tx, scope, window, usual, own, beside);
    rows.push({ span: windowSpan(window), day: window.days.to, body });
  }
  await writeStanding(tx, about, rows);
}

async function readBefore(
  tx: Ctx,
  about: { scope: string; basis: string },
  window: FiguresWindow,
): Promise<LeadTimes | null> {
  const [row] = await tx.db.execute<{ before: LeadTimes }>(sql`
    select body->'previous'->'leadTimes' as before from delivery_standing
    where scope = ${about.scope} and span = ${windowSpan(window)} and day = ${window.days.to}::date
      and basis = ${about.basis} and not ${isDue}`);
  return row?.before ?? null;
}

type Wanted = {
  basis: string;
  days: readonly Span[];
  windows: readonly FiguresWindow[];
  weeks: readonly WeekSpan[];
  /** Of the days in these the values are read, of others the counts. */
  needed: readonly Pick<Span, "from" | "to">[];
  giveWay?: () => Promise<void>;
};

async function readKeptFacts(ctx: Ctx, scope: ResolvedScope, wanted: Wanted): Promise<Facts | null> {
  const { basis, days, windows, weeks, needed, giveWay } = wanted;
  const stagesFrom = new Date(Math.min(...windows.map(({ now }) => now.from.getTime()), 8.64e15));
  const needs = ({ from }: Span) => needed.some((span) => from >= span.from && from < span.to);
  const found = await readKeptDays(ctx, scopeKey(scope), basis, days, { needs, stagesFrom, giveWay });
  if (!found) return null;
  const spans = [...weeks, ...windows.flatMap(({ now, previous }) => [now, previous])];
  const failures = await readFailures(ctx, scope.services, spans, usual);
  return { seed: scopeKey(scope), days: found, failures };
}

/** Longer windows that were read before this transaction's end are due, too, though they may be written after it. */
async function markLong(tx: Ctx, scope: string): Promise<void> {
  await tx.db.execute(sql`
    update delivery_standing set due_at = ${tx.now().toISOString()}::timestamptz + make_interval(secs => ${readingSeconds})
    where scope = ${scope} and span = any(${sql.param(longDays.map(String))}::text[])`);
}

/** Makes those of a scope's longer windows that are missing or due, from its days. A scope that is not kept yet is left. */
export async function keepLongWindows(
  ctx: Ctx,
  scope: ResolvedScope,
  calendar: CalendarSettings,
  giveWay: () => Promise<void>,
): Promise<void> {
  await giveWay();
  const about = { scope: scopeKey(scope), basis: basisOf(calendar), computedAt: ctx.now(), isSettled: false };
  const kept = await listStanding(ctx, about);
  if (!kept.some(({ span }) => span === servicesSpan)) return;
  const windows = longDays.map((days) => windowOf({ days }, calendar, ctx.now())).toReversed();
  const due = windows.filter((window) => rowOf(kept, window)?.isDue !== false);
  const [longest] = due;
  if (!longest) return;
  const days = daysOf(longest);
  await makeDays(ctx, scope, about.basis, await missingDays(ctx, scope, about.basis, days));
  const needed = due.flatMap(({ now, previous }) => [now, previous]);
  const facts = await readKeptFacts(ctx, scope, {
    basis: about.basis,
    days,
    windows: due,
    weeks: [],
    ...{ needed, giveWay },
  });
  // Something long ago has changed meanwhile; they are still due.
  if (!facts) return;
  const beside = await readBeside(ctx, scope, longest);
  for (const window of due) {
    await giveWay();
    const body = await measureWindow(ctx, scope, window, usual, facts, beside);
    await writeStanding(ctx, about, [{ span: windowSpan(window), day: window.days.to, body }]);
  }
}
