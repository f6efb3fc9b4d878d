import { and, eq, lte, sql } from "drizzle-orm";
import { askKept } from "#db/kept-statement.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import { releaseDeadClaims } from "./claim-deliveries.ts";

/** The job that works in what is due; the domain that owns the figures defines its work. */
export const interpretInboxJob = { name: "github-interpret-inbox" } as const;

/**
 * Tells the worker that the inbox has something. Not part of storing a webhook: many at once would wait for each other
 * at the one queued job. A call that gets lost is made up for by the job's schedule.
 */
export async function wakeInbox(ctx: Ctx): Promise<void> {
  await enqueue(ctx, interpretInboxJob, {});
}

/** Wakes it only when something is due: what was put off, or what a worker that ended has left behind. */
export async function wakeInboxWhenDue(ctx: Ctx): Promise<void> {
  await releaseDeadClaims(ctx);
  const due = await ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.state, "pending"), lte(webhookDeliveries.nextTryAt, sql`now()`)))
    .limit(1);
  if (due.length > 0) await wakeInbox(ctx);
}

/** Whether anything waits, be it due or not: the one question to an inbox at rest. */
export async function isInboxEmpty(ctx: Ctx): Promise<boolean> {
  const waiting = await askKept(
    ctx.db,
    sql`select 1 from webhook_deliveries where state = 'pending' limit 1`,
  );
  return waiting.length === 0;
}

/** Whether something has been due for longer than a worker that is up would leave it. */
export async function isInboxLate(ctx: Ctx): Promise<boolean> {
  const [first] = await ctx.db
    .select({
      isLate: sql<boolean>`${webhookDeliveries.nextTryAt} < now() - make_interval(secs => ${lateSeconds})`,
    })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.state, "pending"))
    .orderBy(webhookDeliveries.nextTryAt)
    .limit(1);
  return first?.isLate ?? false;
}

const lateSeconds = 3;
