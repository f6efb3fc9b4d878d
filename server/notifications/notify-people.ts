import { inArray, sql } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { notifications } from "#db/schema/notifications.ts";
import type { Ctx } from "#server/core/context.ts";

export type News = {
  subject: string;
  title: string;
  reason: string;
  href: string;
  /** The group whose matter it is; without one, guests do not see it. */
  ownerRef?: string | null;
  at: Date;
};

/**
 * Puts news into the inboxes of the users who are these people of the catalogue. One row for each object and person:
 * newer news about the same subject replaces the older words and is unread again. Older news than the row's is dropped.
 */
export async function notifyPeople(tx: Ctx, personRefs: readonly string[], news: News): Promise<void> {
  if (personRefs.length === 0) return;
  const readers = await tx.db
    .select({ id: users.id })
    .from(users)
    .where(inArray(users.personRef, [...personRefs]));
  if (readers.length === 0) return;
  const { at, ...words } = news;
  await tx.db
    .insert(notifications)
    .values(readers.map((reader) => ({ userId: reader.id, ...words, createdAt: at })))
    .onConflictDoUpdate({
      target: [notifications.userId, notifications.subject],
      set: {
        title: words.title,
        reason: words.reason,
        href: words.href,
        ownerRef: words.ownerRef ?? null,
        createdAt: at,
        readAt: null,
      },
      setWhere: sql`${notifications.createdAt} < excluded.created_at`,
    });
}
