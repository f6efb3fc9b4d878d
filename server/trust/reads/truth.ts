import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readTruthRefusal } from "../policy.ts";
import {
  type FactSort,
  factSorts,
  type Interval,
  monthOf,
  ofSort,
  type SortTally,
  stratified,
  truthRules,
} from "../truth/model.ts";

export type TruthMonth = {
  month: string;
  asked: number;
  answered: number;
  unknown: number;
  /** Null below the least number of answers. */
  share: (Interval & { n: number }) | null;
  seed: string;
  drawnAt: Date;
};

export type Truth = {
  /** Over the newest months together; null with the number of answers that are there, below the least. */
  share: (Interval & { n: number }) | null;
  answers: number;
  unknown: number;
  since: string | null;
  sorts: (SortTally & { share: (Interval & { n: number }) | null })[];
  /** The sort with the smallest share, where two or more have one. */
  weakest: FactSort | null;
  /** The newest first, at most two years. */
  months: TruthMonth[];
  openItems: number;
};

type Row = { month: string; sort: FactSort; asked: number; right: number; wrong: number; unknown: number };
type Round = { month: string; seed: string; drawnAt: string; population: Partial<Record<FactSort, number>> };

/** How true the catalogue is, as far as people were asked: sums only, never who answered what. */
export async function readTruth(ctx: Ctx): Promise<Truth> {
  ensure(readTruthRefusal(ctx.actor));
  const rounds = await ctx.db.execute<Round>(sql`
    select month, seed, drawn_at as "drawnAt", population from truth_rounds order by month desc limit 24`);
  const rows = await ctx.db.execute<Row>(sql`
    select month, sort, count(*)::int as asked, (count(*) filter (where answer = 'right'))::int as right,
      (count(*) filter (where answer = 'wrong'))::int as wrong, (count(*) filter (where answer = 'unknown'))::int as unknown
    from truth_questions where month >= ${rounds.at(-1)?.month ?? ""} group by month, sort`);
  const [open] = await ctx.db.execute<{ count: number }>(
    sql`select count(*)::int as count from upkeep_items where closed_at is null`,
  );
  const first = firstMonth(ctx.now());
  const newest = rounds.filter(({ month }) => month >= first);
  const tallies = tally(newest, rows);
  const sorts = tallies.map((one) => ({ ...one, share: ofSort(one) }));
  return {
    share: stratified(tallies),
    answers: sum(tallies, ({ right, wrong }) => right + wrong),
    unknown: sum(tallies, ({ unknown }) => unknown),
    since: newest.at(-1)?.month ?? null,
    sorts,
    weakest: weakestOf(sorts),
    months: rounds.map((round) => monthFigures(round, rows)),
    openItems: open?.count ?? 0,
  };
}

const sum = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((all, item) => all + of(item), 0);

function firstMonth(now: Date): string {
  return monthOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - truthRules.months + 1, 1)));
}

/** The answers of some months by sort; each counts by how many facts of it the newest of them found. */
function tally(rounds: readonly Round[], rows: readonly Row[]): SortTally[] {
  const months = new Set(rounds.map(({ month }) => month));
  return factSorts.flatMap((sort) => {
    const own = rows.filter((row) => row.sort === sort && months.has(row.month));
    const population = rounds.find((round) => round.population[sort])?.population[sort] ?? 0;
    if (population === 0) return [];
    const total = (of: "right" | "wrong" | "unknown") => sum(own, (row) => row[of]);
    return [{ sort, population, right: total("right"), wrong: total("wrong"), unknown: total("unknown") }];
  });
}

function monthFigures(round: Round, rows: readonly Row[]): TruthMonth {
  const own = rows.filter(({ month }) => month === round.month);
  return {
    month: round.month,
    asked: sum(own, ({ asked }) => asked),
    answered: sum(own, ({ right, wrong, unknown }) => right + wrong + unknown),
    unknown: sum(own, ({ unknown }) => unknown),
    share: stratified(tally([round], rows)),
    seed: round.seed,
    drawnAt: new Date(round.drawnAt),
  };
}

function weakestOf(sorts: Truth["sorts"]): FactSort | null {
  const known = sorts.flatMap(({ sort, share }) => (share ? [{ sort, share: share.share }] : []));
  if (known.length < 2) return null;
  const least = known.reduce((a, b) => (b.share < a.share ? b : a));
  return least.share < 1 ? least.sort : null;
}
