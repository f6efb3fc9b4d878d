import { and, asc, eq, inArray, isNotNull, lte, sql } from "drizzle-orm";
import { webhookDeliveries } from "#db/schema/github.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { maxAttempts } from "./model.ts";

const mostRows = 200;
const mostBytes = 16_000_000;
/** Longer than any batch takes; after it, a webhook whose worker went silent is due again. */
export const leaseSeconds = 40;

/** As `retryDelaySeconds`. */
const backOff = (attempts: string) => `5 * power(4, ${attempts} - 1)`;

/** A database session, by what no later one shares with it. */
const sessionName = sql`pid || ' ' || extract(epoch from backend_start)`;

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
        claimedBy: sql`(select ${sessionName} from pg_stat_activity where pid = pg_backend_pid())`,
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

/**
 * Makes due at once what a worker had taken that is gone; one that was alone in its hands ended it most likely, and waits
 * as after any failure. PostgreSQL ends the session of a killed process within moments,
 * so nobody waits out the lease for it. A session of another role shows no start; then its number must do. A worker that
 * lives and only changed its session loses nothing but time: what it writes late is refused by the number of the attempt.
 */
export async function releaseDeadClaims(ctx: Ctx): Promise<void> {
  await ctx.db
    .update(webhookDeliveries)
    .set({
      nextTryAt: sql`now() + make_interval(secs =>
        case when ${webhookDeliveries.attempts} > 1 then ${sql.raw(backOff("attempts"))} else 0 end)`,
      claimedBy: null,
    })
    .where(
      and(
        eq(webhookDeliveries.state, "pending"),
        isNotNull(webhookDeliveries.claimedBy),
        sql`not exists (
          select from pg_stat_activity
          where ${sessionName} = ${webhookDeliveries.claimedBy}
            or backend_start is null and pid::text = split_part(${webhookDeliveries.claimedBy}, ' ', 1))`,
      ),
    );
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
      claimedBy: null,
      finishedAt: tx.now(),
      reason: sql`coalesce(${webhookDeliveries.reason}, ${`The worker ended ${maxAttempts} times while it read this`})`,
    })
    .where(inArray(webhookDeliveries.id, [...ids]));
}
