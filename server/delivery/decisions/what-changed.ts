import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import type { AskEvidence } from "#server/delivery/figures/inputs.ts";
import { deploymentsIn } from "#server/delivery/figures/rows.ts";
import type { ScopeService } from "#server/delivery/figures/scope.ts";
import { resolveScope, serviceRows } from "#server/delivery/figures/scope.ts";
import { type FiguresWindow, windowOf } from "#server/delivery/figures/window.ts";
import { counted } from "#server/delivery/figures/words.ts";

/**
 * Why a list may differ from what it was at a moment, as parts of a sentence: deployments that came or left the window,
 * those that became old enough to be judged, what people decided, and what later facts made of older rows.
 */
export async function whatChanged(ctx: Ctx, asked: AskEvidence, since: Date): Promise<string[]> {
  const calendar = await readCalendarSettings(ctx);
  const now = windowOf(asked, calendar, ctx.now());
  const then = windowOf(asked, calendar, since);
  const { services } = await resolveScope(ctx, asked.scope, asked.ownership);
  if (services.length === 0) return [];
  const [counted, decided] = await Promise.all([
    countMoves(ctx, services, { now, then, since }),
    readDecided(ctx, services, now, since),
  ]);
  const isJudged = asked.metric === "changeFailRate";
  return [
    counted.came > 0 ? `${deployments(counted.came)} came` : null,
    counted.left > 0 ? `${deployments(counted.left)} left the window` : null,
    isJudged && counted.matured > 0 ? `${deployments(counted.matured)} became old enough to judge` : null,
    ...decided,
    counted.reworked > 0
      ? `${deployments(counted.reworked)} had to be worked out again after later facts`
      : null,
  ].filter((part) => part !== null);
}

const deployments = (count: number) => counted(count, "deployment");
const moment = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;

async function countMoves(
  ctx: Ctx,
  services: readonly ScopeService[],
  { now, then, since }: { now: FiguresWindow; then: FiguresWindow; since: Date },
): Promise<{ came: number; left: number; matured: number; reworked: number }> {
  const all = { ...now.now, from: then.now.from };
  const [row] = await ctx.db.execute<{ came: number; left: number; matured: number; reworked: number }>(sql`
    select count(*) filter (where d.at >= ${moment(since)})::int as came,
      count(*) filter (where d.at < ${moment(now.now.from)})::int as left,
      count(*) filter (where d.at >= ${moment(then.now.judgedTo)} and d.at < ${moment(now.now.judgedTo)}
        and d.at >= ${moment(now.now.from)})::int as matured,
      count(*) filter (where d.reworked_at >= ${moment(since)} and d.at < ${moment(since)}
        and d.at >= ${moment(now.now.from)})::int as reworked
    from ${deploymentsIn(services, [all])}
    where d.outcome = 'success'`);
  return row ?? { came: 0, left: 0, matured: 0, reworked: 0 };
}

type Decided = { decision: keyof typeof doneWords; count: number; reason: string };

const doneWords = {
  exclude: "excluded",
  include: "included again",
  confirm: "confirmed as failed",
  reject: "found not to have failed",
  fail: "stated as failed",
};

/** By kind, with the reason of the latest; only what changes figures. */
async function readDecided(
  ctx: Ctx,
  services: readonly ScopeService[],
  now: FiguresWindow,
  since: Date,
): Promise<string[]> {
  const rows = await ctx.db.execute<Decided>(sql`
    select y.decision, count(distinct d.id)::int as count, (array_agg(y.reason order by y.id desc))[1] as reason
    from ${serviceRows(services)}
    join delivery_decisions y on y.service_id = s.service_id and y.at >= ${moment(since)}
      and y.decision in ('exclude', 'include', 'confirm', 'reject', 'fail')
    join service_deployments d on d.service_id = y.service_id and d.source = y.source and d.source_key = y.source_key
      and d.tier = 'production' and d.at >= ${moment(now.now.from)} and d.at < ${moment(now.now.to)}
      and d.at >= s.owned_from and d.at < s.owned_to
    group by y.decision order by y.decision`);
  return rows.map(
    ({ decision, count, reason }) =>
      `${deployments(count)} ${doneWords[decision]} (“${reason.slice(0, 120)}”)`,
  );
}
