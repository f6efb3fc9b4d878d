import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { dayOf } from "#server/delivery/calendar/zoned-days.ts";
import { type Day, type DayRow, toDay } from "./days.ts";
import { stages } from "./model.ts";
import { inParts, selectDays } from "./read-days.ts";
import type { ResolvedScope } from "./scope.ts";
import { scopeKey } from "./scope.ts";
import type { Span } from "./window.ts";

/** Kept figures have the usual options; any other one is worked out on the spot. */
export const usual = { exclusions: true, bots: true };

const columns = sql.raw(["counts", "sizes", "leads", "gaps", ...stages].join(", "));
const columnsAnew = sql.raw(
  ["basis", "counts", "sizes", "leads", "gaps", ...stages]
    .map((name) => `${name} = excluded.${name}`)
    .join(", "),
);

/** Those of these days that are not kept. */
export async function missingDays(
  ctx: Ctx,
  scope: ResolvedScope,
  basis: string,
  days: readonly Span[],
): Promise<Span[]> {
  const rows = await ctx.db.execute<{ day: string }>(sql`
    select day::text as day from delivery_days where scope = ${scopeKey(scope)} and basis = ${basis}
      and day >= ${days[0]?.key ?? null}::date`);
  const known = new Set(rows.map(({ day }) => day));
  return days.filter(({ key }) => !known.has(key));
}

/** Keeps these days as the rows have them now, in parts of which each stands by itself. */
export async function makeDays(
  ctx: Ctx,
  scope: ResolvedScope,
  basis: string,
  days: readonly Span[],
): Promise<void> {
  for (const part of inParts(days, scope.services.length))
    await ctx.db.execute(sql`
      insert into delivery_days (scope, day, basis, ${columns})
      select ${scopeKey(scope)}, o.day, ${basis}, ${columns} from (${selectDays(scope.services, part, usual)}) o
      on conflict (scope, day) do update set ${columnsAnew}`);
}

/** Days before `first` that something has changed in are forgotten: whoever needs them makes them. */
export async function forgetDays(
  ctx: Ctx,
  scope: string,
  { touched, first, timeZone }: { touched: Date; first: string; timeZone: string },
): Promise<void> {
  const from = touched.getTime() > 0 ? dayOf(touched, timeZone) : "-infinity";
  await ctx.db.execute(sql`
    delete from delivery_days where scope = ${scope} and day >= ${from}::date and day < ${first}::date`);
}

/**
 * The kept days of a scope: counts of all, values of those that `needs` names, stages from `stagesFrom` on. Null where one
 * is missing.
 */
export async function readKeptDays(
  ctx: Ctx,
  scope: string,
  basis: string,
  days: readonly Span[],
  asked: { needs: (day: Span) => boolean; stagesFrom: Date; giveWay?: (() => Promise<void>) | undefined },
): Promise<Day[] | null> {
  const found: Day[] = [];
  for (let at = 0; at < days.length; at += daysAtOnce) {
    await asked.giveWay?.();
    const part = days.slice(at, at + daysAtOnce);
    const [with_, staged] = [part.filter(asked.needs), part.filter(({ from }) => from >= asked.stagesFrom)];
    const keys = (some: readonly Span[]) => sql`${sql.param(some.map(({ key }) => key))}::text[]::date[]`;
    const values = ["sizes", "leads", "gaps"].map(
      (name) => sql`case when day = any(${keys(with_)}) then ${sql.raw(name)} end as ${sql.raw(name)}`,
    );
    const stage = stages.map(
      (name) =>
        sql`case when day = any(${keys(staged.filter(asked.needs))}) then ${sql.raw(name)} end as ${sql.raw(name)}`,
    );
    const rows = await ctx.db.execute<DayRow>(sql`
      select day::text as day, counts, ${sql.join([...values, ...stage], sql`, `)} from delivery_days
      where scope = ${scope} and basis = ${basis} and day = any(${keys(part)}) order by day`);
    if (rows.length < part.length) return null;
    for (const [index, row] of rows.entries()) found.push(toDay(row, part[index]?.from ?? new Date(0)));
  }
  return found;
}

/** What is read passes through memory as text. */
const daysAtOnce = 120;
