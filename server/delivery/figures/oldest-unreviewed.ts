import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { type ScopeService, serviceRows } from "./scope.ts";

/** Deployments of the scope, whenever they were, with a suggestion that nobody has judged. */
export async function readUnreviewed(
  ctx: Ctx,
  services: readonly ScopeService[],
): Promise<{ count: number; oldestAt: Date | null }> {
  if (services.length === 0) return { count: 0, oldestAt: null };
  const [row] = await ctx.db.execute<{ count: number; at: string | null }>(sql`
    select count(distinct f.deployment_id)::int as count, min(f.seen_at) as at
    from ${serviceRows(services)} join deployment_failures f on f.service_id = s.service_id and f.state = 'suggested'
    join service_deployments d on d.id = f.deployment_id and d.tier = 'production' and not d.is_excluded
      and d.fail_state = 'suggested' and d.at >= s.owned_from and d.at < s.owned_to`);
  return { count: row?.count ?? 0, oldestAt: row?.at ? new Date(row.at) : null };
}
