import { eq, sql } from "drizzle-orm";
import { webhookSettings } from "#db/schema/github.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { SetPayloadDays } from "./inputs.ts";
import { keptDays, usualPayloadDays } from "./model.ts";
import { setPayloadDaysRefusal } from "./policy.ts";
import "./events.ts";

const batch = 500;
const day = 86_400_000;

export type Forgotten = { payloads: number; rows: number; isDone: boolean };

/**
 * Empties body and headers of webhooks that are finished and older than the setting, and takes away the rows that nothing
 * needs any more. Never of what waits or has failed. In small transactions, until all is done or `untilMs` is reached.
 */
export async function forgetPayloads(ctx: Ctx, signal: AbortSignal, untilMs: number): Promise<Forgotten> {
  const payloadDays = await readPayloadDays(ctx);
  const before = (days: number) => new Date(ctx.now().getTime() - days * day).toISOString();
  const forgotten = { payloads: 0, rows: 0, isDone: false };
  const steps = [
    { name: "payloads" as const, run: () => emptyBatch(ctx, before(payloadDays)) },
    { name: "rows" as const, run: () => removeBatch(ctx, before(keptDays)) },
  ];
  for (const { name, run } of steps)
    for (let count = batch; count === batch; ) {
      if (signal.aborted || Date.now() > untilMs) return forgotten;
      count = await run();
      forgotten[name] += count;
    }
  await removeNotes(ctx, before(keptDays));
  return { ...forgotten, isDone: true };
}

/** What is empty is no null, so that the release before can read it too. */
async function emptyBatch(ctx: Ctx, before: string): Promise<number> {
  const rows = await ctx.db.execute(sql`
    with old as (
      select id from webhook_deliveries
      where purged_at is null and state in ('done', 'ignored', 'unreadable', 'conflict')
        and received_at < ${before}::timestamptz
      order by received_at, id limit ${batch} for update skip locked
    )
    update webhook_deliveries d set body = '', headers = '{}', purged_at = ${ctx.now().toISOString()}::timestamptz
    from old where d.id = old.id returning 1`);
  return rows.length;
}

async function removeBatch(ctx: Ctx, before: string): Promise<number> {
  const rows = await ctx.db.execute(sql`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries
      where purged_at is not null and received_at < ${before}::timestamptz and state not in ('pending', 'failed')
      order by received_at, id limit ${batch} for update skip locked
    ) returning 1`);
  return rows.length;
}

/** What was noted beside the webhooks goes with them. */
async function removeNotes(ctx: Ctx, before: string): Promise<void> {
  await ctx.db.execute(sql`delete from webhook_replays where finished_at < ${before}::timestamptz`);
  await ctx.db.execute(sql`delete from webhook_misses where found_at < ${before}::timestamptz`);
}

/** How long body and headers of a finished webhook are kept, in days. */
export async function readPayloadDays(ctx: Ctx): Promise<number> {
  const [row] = await ctx.db.select({ payloadDays: webhookSettings.payloadDays }).from(webhookSettings);
  return row?.payloadDays ?? usualPayloadDays;
}

/** The next night goes by it; what is older then is forgotten for good. */
export async function setPayloadDays(ctx: Ctx, { days }: SetPayloadDays): Promise<{ days: number }> {
  ensure(setPayloadDaysRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const before = await readPayloadDays(tx);
    if (before === days) return { days };
    const values = { payloadDays: days, changedAt: tx.now() };
    await tx.db
      .insert(webhookSettings)
      .values(values)
      .onConflictDoUpdate({
        target: webhookSettings.id,
        set: values,
        setWhere: eq(webhookSettings.id, "only"),
      });
    await record(tx, {
      type: "webhook-retention.changed",
      subjectId: "only",
      payload: { payloadDays: days, before },
    });
    return { days };
  });
}
