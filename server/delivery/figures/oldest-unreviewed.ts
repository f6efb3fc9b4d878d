import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { type Options, partOf } from "./parts.ts";
import { deploymentsIn } from "./rows.ts";
import { type ScopeService, serviceRows } from "./scope.ts";
import type { Span } from "./window.ts";

/** When the oldest suggestion was seen that nobody has judged, of those that widen the change fail rate. */
export async function oldestUnreviewed(
  ctx: Ctx,
  services: readonly ScopeService[],
  span: Span,
  options: Options,
): Promise<Date | null> {
  if (services.length === 0) return null;
  const [row] = await ctx.db.execute<{ at: string | null }>(sql`
    select min(f.seen_at) as at from ${deploymentsIn(services, [span])}
    join deployment_failures f on f.deployment_id = d.id and f.state = 'suggested'
    where ${partOf("changeFailRate", "suggested", options).condition}`);
  return row?.at ? new Date(row.at) : null;
}

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
