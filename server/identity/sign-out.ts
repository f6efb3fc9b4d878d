import { eq } from "drizzle-orm";
import { sessions } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import { record } from "#server/core/events.ts";

/** Ends the session of this cookie. Without a live one it does nothing: signing out twice is no error. */
export async function signOut(ctx: Ctx, sessionToken: string): Promise<void> {
  const { actor } = ctx;
  await inTransaction(ctx, async (tx) => {
    const ended = await tx.db
      .delete(sessions)
      .where(eq(sessions.tokenHash, sha256(sessionToken)))
      .returning({ userId: sessions.userId });
    if (ended[0] && actor.kind === "user")
      await record(tx, {
        type: "session.ended",
        subjectId: ended[0].userId,
        payload: { userName: actor.name },
      });
  });
}
