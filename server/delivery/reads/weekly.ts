import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { readImporting, touches } from "#server/delivery/back-fill/read-importing.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { type Observation, readObservation, seenOf } from "#server/delivery/figures/observation.ts";
import { resolveService } from "#server/delivery/figures/scope.ts";
import { lastWeeks, type WeekSpan, windowOf } from "#server/delivery/figures/window.ts";
import type { WeeklyInput } from "#server/delivery/inputs.ts";
import type { WeekCount, WeeklyDeployments } from "#server/delivery/model.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";

type Counted = { week: string; succeeded: number; failed: number; pending: number };

/**
 * Deployments of a service in each of the last 26 weeks of the organisation, by outcome; one that failed after it had
 * succeeded counts as failed. What the team leaves out of its figures is among them: it did happen.
 */
export async function readWeeklyDeployments(ctx: Ctx, input: WeeklyInput): Promise<WeeklyDeployments> {
  const window = windowOf({}, await readCalendarSettings(ctx), ctx.now());
  const weeks = lastWeeks(window);
  const service = await resolveService(ctx, input.entityRef);
  const services = service ? [service] : [];
  const [observation, counted, importing] = await Promise.all([
    service ? readObservation(ctx, services, window) : observeRepository(ctx, input.entityRef),
    service ? countWeeks(ctx, service.id, input.tier, weeks) : [],
    service ? readImporting(ctx, { kind: "service", ref: service.ref }, service.ref) : null,
  ]);
  const byWeek = new Map(counted.map((row) => [row.week, row]));
  return {
    title: "Deployments recorded",
    tier: input.tier,
    weeks: weeks.map((week) =>
      touches(importing, week) ? unread(week) : toWeek(week, observation, byWeek.get(week.key)),
    ),
  };
}

function countWeeks(
  ctx: Ctx,
  serviceId: string,
  tier: WeeklyInput["tier"],
  weeks: readonly WeekSpan[],
): Promise<Counted[]> {
  const froms = sql`${sql.param(weeks.map(({ from }) => from.toISOString()))}::text[]::timestamptz[]`;
  return ctx.db.execute<Counted>(sql`
    select (${sql.param(weeks.map(({ key }) => key))}::text[])[width_bucket(d.at, ${froms})] as week,
      count(*) filter (where d.outcome = 'success' and d.broke_at is null)::int as succeeded,
      count(*) filter (where d.outcome = 'failure' or d.broke_at is not null)::int as failed,
      count(*) filter (where d.outcome = 'pending')::int as pending
    from service_deployments d
    where d.service_id = ${serviceId}::uuid and d.tier = ${tier}
      and d.at >= ${weeks[0]?.from.toISOString()}::timestamptz and d.at < ${weeks.at(-1)?.to.toISOString()}::timestamptz
    group by 1`);
}

/** Of a service that nothing was deployed of yet: its repository has been watched since its first webhook. */
async function observeRepository(ctx: Ctx, ref: string): Promise<Pick<Observation, "since" | "unseen">> {
  const [row] = await ctx.db.execute<{ since: string | null }>(sql`
    select min(r.observed_since) as since from entities e join ${namedRepositories} r on r.named = e.project_slug
    where e.ref = ${normaliseRef(ref) ?? ref} and ${visibleServices(ctx.actor)}`);
  return { since: row?.since ? new Date(row.since) : null, unseen: {} };
}

/** How many there were is not known before all of them were read. */
const unread = (week: WeekSpan): WeekCount => ({
  ...{ week: week.name, start: week.key, isPartial: false },
  ...{ total: null, succeeded: null, failed: null, pending: null },
});

/** In a gap it is not known how many there were, also where some are; before observation those that are known are shown. */
function toWeek(
  week: WeekSpan,
  observation: Pick<Observation, "since" | "unseen">,
  found: Counted | undefined,
): WeekCount {
  const seen = seenOf(observation, week);
  const isOpen = seen === "none" && (!found || observation.unseen[week.key] !== undefined);
  const named = { week: week.name, start: week.key, isPartial: !week.isEnded || seen === "some" };
  if (isOpen)
    return { ...named, isPartial: false, total: null, succeeded: null, failed: null, pending: null };
  const { succeeded, failed, pending } = found ?? { succeeded: 0, failed: 0, pending: 0 };
  return { ...named, total: succeeded + failed + pending, succeeded, failed, pending };
}
