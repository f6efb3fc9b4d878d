import { and, count, desc, eq, inArray, isNull } from "drizzle-orm";
import { notifications } from "#db/schema/notifications.ts";
import type { Ctx } from "#server/core/context.ts";

export type NotificationRow = {
  id: string;
  title: string;
  reason: string;
  href: string;
  createdAt: Date;
  readAt: Date | null;
};

/** The actor's own inbox, the newest first, at most 50, with the number of unread ones. Tokens have none. */
export async function readInbox(ctx: Ctx): Promise<{ rows: NotificationRow[]; unread: number }> {
  if (ctx.actor.kind !== "user") return { rows: [], unread: 0 };
  const { id, limitedTo } = ctx.actor;
  // Guests keep what they were told before they became guests, and see of it what is about their groups.
  const isOfGroups = limitedTo && inArray(notifications.ownerRef, [...limitedTo]);
  const mine = and(eq(notifications.userId, id), isOfGroups ?? undefined);
  const rows = await ctx.db
    .select({
      id: notifications.id,
      title: notifications.title,
      reason: notifications.reason,
      href: notifications.href,
      createdAt: notifications.createdAt,
      readAt: notifications.readAt,
    })
    .from(notifications)
    .where(mine)
    .orderBy(desc(notifications.createdAt))
    .limit(50);
  const [unread] = await ctx.db
    .select({ n: count() })
    .from(notifications)
    .where(and(mine, isNull(notifications.readAt)));
  return { rows, unread: unread?.n ?? 0 };
}
