import { desc, inArray, sql } from "drizzle-orm";
import { webhookDeliveries, webhookReplays } from "#db/schema/github.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { DeliveryState, Replay } from "./model.ts";
import { readDeliveriesRefusal } from "./policy.ts";

/** The latest replays of many, the newest first, with what became of their webhooks. */
export async function readReplays(ctx: Ctx): Promise<Replay[]> {
  ensure(readDeliveriesRefusal(ctx.actor));
  const replays = await ctx.db
    .select()
    .from(webhookReplays)
    .orderBy(desc(webhookReplays.orderedAt), desc(webhookReplays.id))
    .limit(5);
  if (replays.length === 0) return [];
  const counted = await ctx.db
    .select({
      replayId: webhookDeliveries.replayId,
      state: webhookDeliveries.state,
      count: sql<number>`count(*)::int`,
    })
    .from(webhookDeliveries)
    .where(
      inArray(
        webhookDeliveries.replayId,
        replays.map(({ id }) => id),
      ),
    )
    .groupBy(webhookDeliveries.replayId, webhookDeliveries.state);
  return replays.map(({ id, filter, total, replayed, orderedByName, orderedAt, finishedAt }) => {
    const own = counted.filter(({ replayId }) => replayId === id);
    const outcomes: Partial<Record<DeliveryState, number>> = Object.fromEntries(
      own.map(({ state, count }) => [state, count]),
    );
    return { id, filter, total, replayed, outcomes, orderedBy: orderedByName, orderedAt, finishedAt };
  });
}
