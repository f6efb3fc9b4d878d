import { and, eq, sql } from "drizzle-orm";
import { limitTransaction } from "#db/limit-transaction.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { innermostMessage } from "#server/core/innermost-message.ts";
import { type ClaimedDelivery, claimDeliveries, leaseSeconds } from "./claim-deliveries.ts";
import { tellFollowers } from "./followers.ts";
import type { Interpreter, Reading } from "./interpreter.ts";
import { maxAttempts, retryDelaySeconds } from "./model.ts";
import { readBody, readSubject, storableText } from "./read-body.ts";

type Read<Facts> = {
  delivery: ClaimedDelivery;
  subject: { action: string | null; repository: string | null };
  reading: Reading<Facts> | { state: "broken"; error: unknown };
};

/**
 * Works in the webhooks that are due, up to one batch, and returns how many it took: 0 when nothing is due.
 * They are written together; if that fails, in ever smaller parts, so that a bad one is tried again later, and in the end given
 * up with its error, without holding up the others.
 */
export async function interpretDeliveries<Facts>(ctx: Ctx, interpreter: Interpreter<Facts>): Promise<number> {
  const claimed = await claimDeliveries(ctx);
  if (claimed.length === 0) return 0;
  const readAt = ctx.now();
  const reads = claimed.map((delivery) => read(interpreter, delivery, readAt));
  const healthy = reads.filter((one) => one.reading.state !== "broken");
  for (const one of reads)
    if (one.reading.state === "broken") await putOff(ctx, one.delivery, one.reading.error);
  await finishApart(ctx, interpreter, healthy);
  return claimed.length;
}

function read<Facts>(interpreter: Interpreter<Facts>, delivery: ClaimedDelivery, readAt: Date): Read<Facts> {
  const body = readBody(delivery.body);
  if ("unreadable" in body)
    return {
      delivery,
      subject: { action: null, repository: null },
      reading: { state: "unreadable", reason: body.unreadable },
    };
  const { event, guid, receivedAt, isDemo } = delivery;
  const subject = readSubject(body.payload);
  try {
    return {
      delivery,
      subject,
      reading: interpreter.read({ event, guid, receivedAt, isDemo, payload: body.payload, readAt }),
    };
  } catch (error) {
    return { delivery, subject, reading: { state: "broken", error } };
  }
}

async function finish<Facts>(
  ctx: Ctx,
  interpreter: Interpreter<Facts>,
  reads: readonly Read<Facts>[],
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    // A crash here costs nothing: the webhooks are stored, and come again.
    await tx.db.execute(sql`set local synchronous_commit = off`);
    // Whoever takes over after the lease must not wait for our locks.
    await limitTransaction(tx.db, leaseSeconds);
    const facts = reads.flatMap(({ reading }) => (reading.state === "done" ? [reading.facts] : []));
    if (facts.length > 0) await interpreter.write(tx, facts);
    await writeOutcomes(tx, reads);
    const readable = reads.filter(({ reading }) => reading.state === "done" || reading.state === "ignored");
    await tellFollowers(
      tx,
      readable.map(({ delivery }) => delivery),
    );
  });
}

/** Fails when a webhook was handed to another worker meanwhile: that worker's outcome counts, and nothing of ours stays. */
async function writeOutcomes<Facts>(tx: Ctx, reads: readonly Read<Facts>[]): Promise<void> {
  const outcomes = reads.map(({ delivery, subject, reading }) => ({
    id: delivery.id,
    attempts: delivery.attempts,
    state: reading.state,
    reason: "reason" in reading ? storableText(reading.reason) : null,
    ...subject,
  }));
  const written = await tx.db.execute(sql`
    update webhook_deliveries as d
    set state = o.state, reason = o.reason, action = o.action, repository = o.repository,
      next_try_at = null, claimed_by = null, finished_at = ${tx.now().toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb)
      as o(id bigint, attempts int, state text, reason text, action text, repository text)
    where d.id = o.id and d.attempts = o.attempts and d.state = 'pending'
    returning d.id`);
  if (written.length !== reads.length)
    throw new Error("Another worker has taken over some of these webhooks");
}

/** Halves what cannot be written together until the bad ones stand alone: one among 200 costs sixteen tries, not 200. */
async function finishApart<Facts>(
  ctx: Ctx,
  interpreter: Interpreter<Facts>,
  reads: readonly Read<Facts>[],
): Promise<void> {
  const [first] = reads;
  if (!first) return;
  try {
    await finish(ctx, interpreter, reads);
  } catch (error) {
    if (reads.length === 1) return putOff(ctx, first.delivery, error);
    const middle = reads.length >> 1;
    await finishApart(ctx, interpreter, reads.slice(0, middle));
    await finishApart(ctx, interpreter, reads.slice(middle));
  }
}

/** Tries again later, with up to half of the delay added at random so that many do not come back together. */
async function putOff(ctx: Ctx, delivery: ClaimedDelivery, error: unknown): Promise<void> {
  const reason = storableText(innermostMessage(error)).slice(0, 500);
  const isLast = delivery.attempts >= maxAttempts;
  const delay = retryDelaySeconds(delivery.attempts) * (1 + Math.random() / 2);
  await ctx.db
    .update(webhookDeliveries)
    .set(
      isLast
        ? { state: "failed", reason, nextTryAt: null, claimedBy: null, finishedAt: ctx.now() }
        : { reason, claimedBy: null, nextTryAt: sql`now() + make_interval(secs => ${delay})` },
    )
    .where(
      and(
        eq(webhookDeliveries.id, delivery.id),
        eq(webhookDeliveries.attempts, delivery.attempts),
        eq(webhookDeliveries.state, "pending"),
      ),
    );
}
