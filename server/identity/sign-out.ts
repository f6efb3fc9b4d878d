import { eq, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { accounts, sessions, users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import { record } from "#server/core/events.ts";
import "./events.ts";

/**
 * Ends the session of this cookie. Without a live one it does nothing: signing out twice is no error. Answers with the
 * provider that it was begun at (its part of the address), where one can sign out too; null where there is none.
 */
export async function signOut(ctx: Ctx, sessionToken: string): Promise<string | null> {
  return inTransaction(ctx, async (tx) => {
    const [ended] = await tx.db
      .delete(sessions)
      .where(eq(sessions.tokenHash, sha256(sessionToken)))
      .returning({ userId: sessions.userId, accountId: sessions.accountId });
    if (!ended) return null;
    const [user] = await tx.db.select({ name: users.name }).from(users).where(eq(users.id, ended.userId));
    const payload = { userName: user?.name ?? "" };
    await record(tx, { type: "session.ended", subjectId: ended.userId, payload });
    if (!ended.accountId) return null;
    const [provider] = await tx.db
      .select({ slug: sql<string>`${connections.settings} ->> 'slug'` })
      .from(accounts)
      .innerJoin(connections, eq(connections.id, accounts.connectionId))
      .where(eq(accounts.id, ended.accountId));
    return provider?.slug ?? null;
  });
}
