import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { WeeklyInput } from "#server/delivery/inputs.ts";
import { type WeeklyDeployments, weeksShown } from "#server/delivery/model.ts";
import { visibleTo } from "#server/delivery/policy.ts";
import { type CountedWeek, startOfWeek, toWeeks } from "#server/delivery/weeks.ts";
import { deploymentOfScope, readServices, type Service, scopeRows } from "./service-scopes.ts";

/** Deployments of a service in each of the last 26 ISO weeks (UTC), by outcome; one that failed after it had succeeded counts as failed. */
export async function readWeeklyDeployments(ctx: Ctx, input: WeeklyInput): Promise<WeeklyDeployments> {
  const [service] = await readServices(ctx, [input.entityRef]);
  const now = ctx.now();
  const observedSince = service ? observedSinceOf(service) : null;
  if (!service || service.scopes.length === 0)
    return toWeeks([], { tier: input.tier, now, observedSince: null });
  const first = new Date(startOfWeek(now).getTime() - (weeksShown - 1) * 7 * 86_400_000);
  const weeks = await ctx.db.execute<CountedWeek>(sql`
    select to_char(date_trunc('week', d.at at time zone 'UTC'), 'YYYY-MM-DD') as start,
      count(*) filter (where d.outcome = 'success' and not d.is_broken)::int as succeeded,
      count(*) filter (where d.outcome = 'failure' or d.is_broken)::int as failed,
      count(*) filter (where d.outcome = 'pending')::int as pending
    from ${scopeRows(service.scopes)} cross join lateral (
      select d.at, d.outcome, coalesce(d.last_failed_at > d.succeeded_at, false) as is_broken from deployments d
      where ${deploymentOfScope} and d.tier = ${input.tier} and d.at >= ${first.toISOString()}::timestamptz
        and ${visibleTo(ctx.actor)}
    ) d
    group by 1`);
  return toWeeks(weeks, { tier: input.tier, now, observedSince });
}

/** Since when anything of the service could have been seen. */
export function observedSinceOf(service: Service): Date | null {
  const times = service.repositories.map((repository) => repository.observedSince.getTime());
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}
