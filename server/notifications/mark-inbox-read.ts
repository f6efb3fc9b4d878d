import { and, eq, isNull } from "drizzle-orm";
import { notifications } from "#db/schema/notifications.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { readInboxRefusal } from "./policy.ts";

/** Marks everything in the actor's own inbox as read. */
export async function markInboxRead(ctx: Ctx): Promise<void> {
  const { actor } = ctx;
  ensure(readInboxRefusal(actor));
  if (actor.kind !== "user") return;
  await inTransaction(ctx, async (tx) => {
    const read = await tx.db
      .update(notifications)
      .set({ readAt: tx.now() })
      .where(and(eq(notifications.userId, actor.id), isNull(notifications.readAt)))
      .returning({ id: notifications.id });
    if (read.length > 0)
      await record(tx, { type: "inbox.read", subjectId: actor.id, payload: { count: read.length } });
  });
}
