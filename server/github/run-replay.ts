import { setTimeout as sleep } from "node:timers/promises";
import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import { webhookDeliveries, webhookReplays } from "#db/schema/github.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ReplayDeliveries } from "./inputs.ts";
import { replayable } from "./replay-deliveries.ts";
import { wakeInbox } from "./wake-inbox.ts";

const batch = 500;
/** While so many of them wait no more are added, so that what comes from outside meanwhile is not held up by them. */
const mostWaiting = 1_000;

/**
 * Hands what a replay was ordered for back to the inbox, the oldest first, each once. Goes on where an earlier run of the
 * job was cut off.
 */
export async function runReplay(
  { ctx, signal }: { ctx: Ctx; signal: AbortSignal },
  { replayId }: { replayId: string },
): Promise<void> {
  while (!(await handOver(ctx, replayId))) {
    do {
      signal.throwIfAborted();
      await sleep(200);
    } while ((await countWaiting(ctx, replayId)) > mostWaiting);
  }
}

/** One batch; true when there is nothing left. */
async function handOver(ctx: Ctx, replayId: string): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const [replay] = await tx.db
      .select()
      .from(webhookReplays)
      .where(eq(webhookReplays.id, replayId))
      .for("update");
    if (!replay || replay.finishedAt) return true;
    const filter = ReplayDeliveries.parse(replay.filter);
    const found = await tx.db
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(and(replayable(filter, replay.untilId), gt(webhookDeliveries.id, replay.cursorId)))
      .orderBy(asc(webhookDeliveries.id))
      .limit(batch)
      .for("update");
    const ids = found.map(({ id }) => id);
    await tx.db
      .update(webhookDeliveries)
      .set({
        state: "pending",
        attempts: 0,
        reason: null,
        nextTryAt: sql`now()`,
        claimedBy: null,
        finishedAt: null,
        replayId,
      })
      .where(inArray(webhookDeliveries.id, ids));
    const isLast = ids.length < batch;
    await tx.db
      .update(webhookReplays)
      .set({
        cursorId: ids.at(-1) ?? replay.cursorId,
        replayed: replay.replayed + ids.length,
        finishedAt: isLast ? tx.now() : null,
      })
      .where(eq(webhookReplays.id, replayId));
    if (ids.length > 0) await wakeInbox(tx);
    return isLast;
  });
}

async function countWaiting(ctx: Ctx, replayId: string): Promise<number> {
  const [row] = await ctx.db
    .select({ count: sql<number>`count(*)::int` })
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.replayId, replayId), eq(webhookDeliveries.state, "pending")));
  return row?.count ?? 0;
}
