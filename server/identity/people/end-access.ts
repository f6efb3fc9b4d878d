import { and, eq, isNull, sql } from "drizzle-orm";
import { apiTokens, sessions, users } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import "../events.ts";

export type EndedAccess = { sessions: number; tokens: number; reviews: number };

/**
 * Somebody leaves: disables the user, ends their sessions and the personal tokens that they made, and opens a review for
 * each entry that they own. In the caller's transaction, so that the next request finds nothing that still holds.
 * Service accounts stay, since they belong to teams. Whoever is disabled already stays as they are.
 */
export async function endAccess(
  tx: Ctx,
  input: { userId: string; reason: string; via: "admin" | "scim" },
): Promise<EndedAccess | null> {
  const { userId, reason, via } = input;
  const [user] = await tx.db
    .update(users)
    .set({ disabledAt: tx.now(), disabledReason: reason, disabledVia: via })
    .where(and(eq(users.id, userId), isNull(users.disabledAt)))
    .returning({ name: users.name, personRef: users.personRef });
  if (!user) return null;
  const endedSessions = await tx.db
    .delete(sessions)
    .where(eq(sessions.userId, userId))
    .returning({ id: sessions.id });
  const endedTokens = await tx.db
    .update(apiTokens)
    .set({ revokedAt: tx.now() })
    .where(
      and(eq(apiTokens.createdBy, userId), isNull(apiTokens.serviceAccountId), isNull(apiTokens.revokedAt)),
    )
    .returning({ id: apiTokens.id, name: apiTokens.name });
  for (const { id, name } of endedTokens)
    await record(tx, { type: "token.revoked", subjectId: id, payload: { name } });
  const ended = {
    sessions: endedSessions.length,
    tokens: endedTokens.length,
    reviews: await openReviews(tx, userId),
  };
  await record(tx, {
    type: "person.disabled",
    subjectId: userId,
    payload: { userName: user.name, reason, via, ...ended },
  });
  return ended;
}

/**
 * Asks who takes over each entry whose owner in the catalogue is this person; null: every person who is disabled, for
 * entries that came since. What was asked once is not asked again. Answers with how many questions are new.
 */
export async function openReviews(tx: Ctx, userId: string | null): Promise<number> {
  const opened = await tx.db.execute(sql`
    insert into ownership_reviews (entity_ref, former_owner_ref, former_owner_name, group_refs, created_at)
    select e.ref, u.person_ref, u.name, array(
      select distinct r.target_ref from entity_relations r
      where r.source_ref = u.person_ref and r.type = 'memberOf' order by 1
    ), ${tx.now().toISOString()}::timestamptz
    from users u join entities e on e.owner_ref = u.person_ref
    where u.disabled_at is not null and ${userId ? sql`u.id = ${userId}` : sql`true`} and not exists (
      select 1 from ownership_reviews o where o.entity_ref = e.ref and o.former_owner_ref = u.person_ref
    )
    order by e.ref on conflict do nothing returning 1`);
  return opened.length;
}
