import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { HookHealth } from "./health-model.ts";

type Moment = string | Date | null;
type Row = Omit<HookHealth, "lastReceivedAt" | "lastFailure" | "comparedAt" | "missing"> & {
  lastReceivedAt: Moment;
  comparedAt: Moment;
  failureId: string | null;
  failureAt: Moment;
  failureReason: string | null;
  open: number;
  arrived: number;
  givenUp: number;
};

/**
 * Every hook that is known at a host or has sent something lately. Who sent what last is read from the latest 10,000
 * webhooks, so that it costs the same with millions of them.
 */
export async function readHookHealth(ctx: Ctx): Promise<HookHealth[]> {
  const since = new Date(ctx.now().getTime() - 7 * 86_400_000).toISOString();
  const rows = await ctx.db.execute<Row>(sql`
    with latest as (
      select hook_key, connection_id, received_at from webhook_deliveries
      where not is_demo order by received_at desc, id desc limit 10000
    ), heard as (
      select hook_key, max(received_at) as at, (array_agg(connection_id order by received_at desc))[1] as connection_id
      from latest group by hook_key
    ), failed as (
      select distinct on (hook_key) hook_key, id, received_at, reason from (
        select hook_key, id, received_at, reason from webhook_deliveries
        where state = 'failed' and not is_demo order by received_at desc limit 1000) few
      order by hook_key, received_at desc
    ), missed as (
      select connection_id, hook_key,
        count(*) filter (where arrived_at is null and given_up_at is null)::int as open,
        count(*) filter (where arrived_at > ${since}::timestamptz)::int as arrived,
        count(*) filter (where given_up_at > ${since}::timestamptz)::int as given_up
      from webhook_misses where found_at > ${since}::timestamptz - interval '7 days' group by connection_id, hook_key
    )
    select coalesce(h.hook_key, heard.hook_key) as "hookKey", h.kind, h.owner, c.name as "connectionName",
      coalesce(h.is_active, true) as "isActive", heard.at as "lastReceivedAt",
      failed.id as "failureId", failed.received_at as "failureAt", failed.reason as "failureReason",
      h.compared_at as "comparedAt", h.failure as "compareFailure",
      coalesce(missed.open, 0) as open, coalesce(missed.arrived, 0) as arrived, coalesce(missed.given_up, 0) as "givenUp"
    from webhook_hooks h full join heard on heard.hook_key = h.hook_key
    left join failed on failed.hook_key = coalesce(h.hook_key, heard.hook_key)
    left join missed on missed.hook_key = h.hook_key and missed.connection_id = h.connection_id
    left join connections c on c.id = coalesce(h.connection_id, heard.connection_id)
    order by heard.at desc nulls last, 1 limit 200`);
  return rows.map(({ failureId, failureAt, failureReason, open, arrived, givenUp, ...row }) => ({
    ...row,
    lastReceivedAt: row.lastReceivedAt === null ? null : new Date(row.lastReceivedAt),
    comparedAt: row.comparedAt === null ? null : new Date(row.comparedAt),
    lastFailure:
      failureId && failureAt
        ? { id: Number(failureId), at: new Date(failureAt), reason: failureReason }
        : null,
    missing: { open, arrived, givenUp },
  }));
}
