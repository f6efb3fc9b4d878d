import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";
import { webhookDeliveries } from "#db/schema/github.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { maxAttempts } from "./model.ts";

const mostRows = 200;
const mostBytes = 16_000_000;
/** Longer than any batch takes; after it, a webhook whose worker died is due again. */
export const leaseSeconds = 40;

export type ClaimedDelivery = {
  id: number;
  attempts: number;
  event: string;
  guid: string;
  receivedAt: Date;
  isDemo: boolean;
  body: Buffer;
};

/**
 * Takes the next due webhooks for this worker: at most 200 and 16 MB, or one larger. The attempt is counted and committed
 * before anything is read, so that a body which ends the process is given up after a few times; and a webhook that was
 * tried before comes alone, so that it takes no other with it. Leases use the database's clock.
 */
export async function claimDeliveries(ctx: Ctx): Promise<ClaimedDelivery[]> {
  return inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`set local synchronous_commit = off`);
    const due = await tx.db
      .select({
        id: webhookDeliveries.id,
        size: webhookDeliveries.bodySize,
        attempts: webhookDeliveries.attempts,
      })
      .from(webhookDeliveries)
      .where(and(eq(webhookDeliveries.state, "pending"), lte(webhookDeliveries.nextTryAt, sql`now()`)))
      .orderBy(asc(webhookDeliveries.nextTryAt), asc(webhookDeliveries.id))
      .limit(mostRows)
      .for("update", { skipLocked: true });
    const spent = due.filter((row) => row.attempts >= maxAttempts);
    if (spent.length > 0)
      await giveUp(
        tx,
        spent.map((row) => row.id),
      );
    const chosen = choose(due.filter((row) => row.attempts < maxAttempts));
    if (chosen.length === 0) return [];
    const claimed = await tx.db
      .update(webhookDeliveries)
      .set({
        attempts: sql`${webhookDeliveries.attempts} + 1`,
        nextTryAt: sql`now() + make_interval(secs => ${leaseSeconds})`,
      })
      .where(inArray(webhookDeliveries.id, chosen))
      .returning({
        id: webhookDeliveries.id,
        attempts: webhookDeliveries.attempts,
        event: webhookDeliveries.event,
        guid: webhookDeliveries.guid,
        receivedAt: webhookDeliveries.receivedAt,
        isDemo: webhookDeliveries.isDemo,
        body: webhookDeliveries.body,
      });
    return claimed.sort((left, right) => left.id - right.id);
  });
}

function choose(due: readonly { id: number; size: number; attempts: number }[]): number[] {
  const [first, ...others] = due;
  if (!first) return [];
  const chosen = [first.id];
  if (first.attempts > 0) return chosen;
  let bytes = first.size;
  for (const row of others) {
    bytes += row.size;
    if (row.attempts > 0 || bytes > mostBytes) break;
    chosen.push(row.id);
  }
  return chosen;
}

async function giveUp(tx: Ctx, ids: readonly number[]): Promise<void> {
  await tx.db
    .update(webhookDeliveries)
    .set({
      state: "failed",
      nextTryAt: null,
      finishedAt: tx.now(),
      reason: sql`coalesce(${webhookDeliveries.reason}, ${`The worker ended ${maxAttempts} times while it read this`})`,
    })
    .where(inArray(webhookDeliveries.id, [...ids]));
}
