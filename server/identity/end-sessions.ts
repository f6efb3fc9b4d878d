import { and, eq, ne } from "drizzle-orm";
import { sessions, users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import "./events.ts";
import { endSessionsRefusal, ownAccountRefusal } from "./policy.ts";

/** Ends one of the actor's own sessions, as the list of them names it. It is gone for its next request. */
export async function endSession(ctx: Ctx, input: { id: string }): Promise<void> {
  const { actor } = ctx;
  ensure(ownAccountRefusal(actor));
  if (actor.kind !== "user") return;
  await inTransaction(ctx, async (tx) => {
    const [ended] = await tx.db
      .delete(sessions)
      .where(and(eq(sessions.id, input.id), eq(sessions.userId, actor.id)))
      .returning({ userAgent: sessions.userAgent });
    if (!ended) throw notFound("This session has ended already");
    const payload = { userName: actor.name, ...(ended.userAgent ? { browser: ended.userAgent } : {}) };
    await record(tx, { type: "session.ended", subjectId: actor.id, payload });
  });
}

/** Ends the actor's sessions: all but this one, or all of them. Answers with how many ended. */
export async function endOwnSessions(
  ctx: Ctx,
  input: { which: "others" | "all" },
): Promise<{ ended: number }> {
  const { actor } = ctx;
  ensure(ownAccountRefusal(actor));
  if (actor.kind !== "user") return { ended: 0 };
  const spared = input.which === "others" && actor.session ? ne(sessions.id, actor.session.id) : undefined;
  return inTransaction(ctx, async (tx) => {
    const ended = await tx.db
      .delete(sessions)
      .where(and(eq(sessions.userId, actor.id), spared))
      .returning({ id: sessions.id });
    const payload = { userName: actor.name, count: ended.length };
    await record(tx, { type: "session.ended-all", subjectId: actor.id, payload });
    return { ended: ended.length };
  });
}

/** Ends all sessions of somebody: what an admin does about a lost laptop. */
export async function endSessionsOf(ctx: Ctx, input: { userId: string }): Promise<{ ended: number }> {
  ensure(endSessionsRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const [user] = await tx.db.select({ name: users.name }).from(users).where(eq(users.id, input.userId));
    if (!user) throw notFound("There is no such person: reload the page to see who is there");
    const ended = await tx.db
      .delete(sessions)
      .where(eq(sessions.userId, input.userId))
      .returning({ id: sessions.id });
    const payload = { userName: user.name, count: ended.length };
    await record(tx, { type: "session.ended-all", subjectId: input.userId, payload });
    return { ended: ended.length };
  });
}
