import { and, desc, eq, gte, isNull, like, lt, type SQL, sql } from "drizzle-orm";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { DeliveryFilter, ListDeliveries } from "./inputs.ts";
import {
  countCap,
  type DeliveryPage,
  type DeliveryState,
  deliveryStates,
  type WebhookStatus,
  webhookPath,
} from "./model.ts";
import { readDeliveriesRefusal, visibleTo } from "./policy.ts";

export const rowColumns = {
  id: webhookDeliveries.id,
  receivedAt: webhookDeliveries.receivedAt,
  event: webhookDeliveries.event,
  action: webhookDeliveries.action,
  repository: webhookDeliveries.repository,
  state: webhookDeliveries.state,
  reason: webhookDeliveries.reason,
  guid: webhookDeliveries.guid,
  hookKey: webhookDeliveries.hookKey,
  size: webhookDeliveries.bodySize,
  attempts: webhookDeliveries.attempts,
  nextTryAt: webhookDeliveries.nextTryAt,
  purgedAt: webhookDeliveries.purgedAt,
  isDemo: webhookDeliveries.isDemo,
};

/** One page of the webhook log, the newest first; `nextCursor` continues it. */
export async function readDeliveries(ctx: Ctx, input: ListDeliveries): Promise<DeliveryPage> {
  ensure(readDeliveriesRefusal(ctx.actor));
  const items = await ctx.db
    .select(rowColumns)
    .from(webhookDeliveries)
    .where(and(visibleTo(ctx.actor), ...deliveryConditions(input), after(input.cursor)))
    .orderBy(desc(webhookDeliveries.receivedAt), desc(webhookDeliveries.id))
    .limit(input.limit + 1);
  const last = items.length > input.limit ? items[input.limit - 1] : undefined;
  return {
    items: items.slice(0, input.limit),
    nextCursor: last ? writeCursor([last.receivedAt.toISOString(), last.id]) : null,
  };
}

/** How many webhooks the filter finds, exact to 10,000. */
export async function countDeliveries(
  ctx: Ctx,
  input: DeliveryFilter,
): Promise<{ total: number; isCapped: boolean }> {
  ensure(readDeliveriesRefusal(ctx.actor));
  const found = ctx.db
    .select({ one: sql`1`.as("one") })
    .from(webhookDeliveries)
    .where(and(visibleTo(ctx.actor), ...deliveryConditions(input)))
    .limit(countCap + 1)
    .as("found");
  const [row] = await ctx.db.select({ total: sql<number>`count(*)::int` }).from(found);
  const total = row?.total ?? 0;
  return { total: Math.min(total, countCap), isCapped: total > countCap };
}

export function deliveryConditions(filter: DeliveryFilter): (SQL | undefined)[] {
  return [
    filter.state ? eq(webhookDeliveries.state, filter.state) : undefined,
    filter.event ? eq(webhookDeliveries.event, filter.event) : undefined,
    filter.repository ? eq(webhookDeliveries.repository, filter.repository) : undefined,
    filter.from ? gte(webhookDeliveries.receivedAt, filter.from) : undefined,
    filter.to ? lt(webhookDeliveries.receivedAt, filter.to) : undefined,
    filter.query ? like(webhookDeliveries.guid, `${filter.query.replace(/[\\%_]/g, "\\$&")}%`) : undefined,
  ];
}

function after(cursor: string | undefined): SQL | undefined {
  if (!cursor) return undefined;
  const [at, id] = readCursor(cursor, ["time", "whole"]);
  const { receivedAt, id: rowId } = webhookDeliveries;
  return sql`(${receivedAt}, ${rowId}) < (${String(at)}::timestamptz, ${Number(id)}::bigint)`;
}

export type DeliveryFacets = {
  states: { value: string; count: number }[];
  events: { value: string; count: number }[];
};

/** What the filters offer: every state and every event that has come, each counted to 10,000. */
export async function readDeliveryFacets(ctx: Ctx): Promise<DeliveryFacets> {
  ensure(readDeliveriesRefusal(ctx.actor));
  const rows = await ctx.db.execute<{ facet: "state" | "event"; value: string; count: number }>(sql`
    with recursive walk as (
      (select event from webhook_deliveries order by event limit 1)
      union all
      select (select d.event from webhook_deliveries d where d.event > walk.event order by d.event limit 1)
      from walk where walk.event is not null
    )
    select 'event' as facet, walk.event as value, counted.count from walk cross join lateral (
      select count(*)::int as count from
        (select 1 from webhook_deliveries d where d.event = walk.event limit ${countCap}) few
    ) counted where walk.event is not null
    union all ${sql.join(deliveryStates.map(countState), sql` union all `)}`);
  const of = (facet: "state" | "event") =>
    rows.flatMap((row) => (row.facet === facet ? [{ value: row.value, count: row.count }] : []));
  return { states: of("state"), events: of("event") };
}

/** The state stands in the statement itself: an index for some states is used only where it is known which. */
const countState = (state: DeliveryState): SQL => sql`
  select 'state', ${sql.raw(`'${state}'`)}, count(*)::int from
    (select 1 from webhook_deliveries d where d.state = ${sql.raw(`'${state}'`)} limit ${countCap}) few`;

/** Whether webhooks can come in, and whether something in the inbox needs a look. */
export async function readWebhookStatus(ctx: Ctx): Promise<WebhookStatus> {
  ensure(readDeliveriesRefusal(ctx.actor));
  const [secret] = await ctx.db
    .select({ id: connectionSecrets.id })
    .from(connectionSecrets)
    .innerJoin(connections, eq(connections.id, connectionSecrets.connectionId))
    .where(and(eq(connectionSecrets.purpose, "webhook"), isNull(connectionSecrets.retiredAt)))
    .limit(1);
  const [latest] = await ctx.db
    .select({ at: webhookDeliveries.receivedAt })
    .from(webhookDeliveries)
    .orderBy(desc(webhookDeliveries.receivedAt), desc(webhookDeliveries.id))
    .limit(1);
  const waiting = await countDeliveries(ctx, { state: "pending" });
  const failed = await countDeliveries(ctx, { state: "failed" });
  return {
    isConnected: secret !== undefined,
    lastReceivedAt: latest?.at ?? null,
    pending: waiting.total,
    failed: failed.total,
    path: webhookPath,
  };
}
