import { eq, sql } from "drizzle-orm";
import { webhookDeliveries } from "#db/schema/github.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { DeliveryId } from "./inputs.ts";
import { replayRefusal } from "./policy.ts";
import { wakeInbox } from "./wake-inbox.ts";

/** Has a stored webhook worked in once more. Figures stay right, since the same webhook twice gives the same rows. */
export async function replayDelivery(ctx: Ctx, input: DeliveryId): Promise<{ id: number }> {
  return inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select({
        state: webhookDeliveries.state,
        event: webhookDeliveries.event,
        guid: webhookDeliveries.guid,
        isDemo: webhookDeliveries.isDemo,
        purgedAt: webhookDeliveries.purgedAt,
      })
      .from(webhookDeliveries)
      .where(eq(webhookDeliveries.id, input.id))
      .for("update");
    ensure(replayRefusal(tx.actor, row ?? { state: "done", purgedAt: null }));
    if (!row) throw notFound(`There is no webhook ${input.id}; it may have been removed`);
    await tx.db
      .update(webhookDeliveries)
      .set({
        state: "pending",
        attempts: 0,
        reason: null,
        nextTryAt: sql`now()`,
        claimedBy: null,
        finishedAt: null,
      })
      .where(eq(webhookDeliveries.id, input.id));
    await record(tx, {
      type: "webhook.replayed",
      subjectId: String(input.id),
      payload: { event: row.event, guid: row.guid, stateBefore: row.state },
      isDemo: row.isDemo,
    });
    await wakeInbox(tx);
    return { id: input.id };
  });
}
