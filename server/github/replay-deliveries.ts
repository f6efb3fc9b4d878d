import { and, isNull, lte, sql } from "drizzle-orm";
import { webhookDeliveries, webhookReplays } from "#db/schema/github.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { ReplayDeliveries } from "./inputs.ts";
import { mostReplayed } from "./model.ts";
import { replayManyRefusal } from "./policy.ts";
import { deliveryConditions } from "./read.ts";
import "./events.ts";

export const replayJobName = "github-replay";

/**
 * Orders that all webhooks which the filter finds now are worked in once more; a job does it. One order at a time, of at most
 * 50,000: throws `conflict` while one is under way, `invalid` when there are more, or none.
 */
export async function replayDeliveries(
  ctx: Ctx,
  input: ReplayDeliveries,
): Promise<{ id: string; total: number }> {
  ensure(replayManyRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    // Two who order at the same moment: the second waits here, and then finds the first.
    await tx.db.execute(sql`lock table webhook_replays in share row exclusive mode`);
    const [running] = await tx.db
      .select({ id: webhookReplays.id })
      .from(webhookReplays)
      .where(isNull(webhookReplays.finishedAt))
      .limit(1);
    if (running) throw conflict("A replay is under way: wait until it is done");
    const found = await count(tx, input);
    if (found.total === 0) throw invalid("No webhook fits this filter, or none whose payload is still kept");
    if (found.total > mostReplayed)
      throw invalid(
        `More than ${mostReplayed.toLocaleString("en")} webhooks fit: narrow the filter by event, repository or time`,
      );
    const filter = wordsOf(input);
    const [row] = await tx.db
      .insert(webhookReplays)
      .values({
        filter,
        untilId: found.untilId,
        total: found.total,
        orderedByName: actorLabel(tx.actor).name,
        orderedAt: tx.now(),
      })
      .returning({ id: webhookReplays.id });
    if (!row) throw new Error("The order for a replay was not written");
    const payload = { ...filter, total: found.total };
    await record(tx, { type: "replay.ordered", subjectId: row.id, payload });
    await enqueue(tx, { name: replayJobName }, { replayId: row.id }, { key: row.id });
    return { id: row.id, total: found.total };
  });
}

async function count(tx: Ctx, input: ReplayDeliveries): Promise<{ total: number; untilId: number }> {
  const few = tx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(replayable(input))
    .limit(mostReplayed + 1)
    .as("few");
  const [row] = await tx.db
    .select({
      total: sql<number>`count(*)::int`,
      untilId: sql<string>`coalesce((select max(id) from webhook_deliveries), 0)`,
    })
    .from(few);
  return { total: row?.total ?? 0, untilId: Number(row?.untilId ?? 0) };
}

/** What a replay takes of what the filter finds: only what still has its bytes. */
export const replayable = (filter: ReplayDeliveries, untilId?: number) =>
  and(
    ...deliveryConditions(filter),
    isNull(webhookDeliveries.purgedAt),
    untilId === undefined ? undefined : lte(webhookDeliveries.id, untilId),
  );

function wordsOf(input: ReplayDeliveries): Record<string, string> {
  const entries = Object.entries(input).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value instanceof Date ? value.toISOString() : value] as const],
  );
  return Object.fromEntries(entries);
}
