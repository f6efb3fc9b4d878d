import { and, eq } from "drizzle-orm";
import { accounts, sessions } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import "./events.ts";
import { applyGroups } from "./apply-groups.ts";
import { ownAccountRefusal } from "./policy.ts";

/** Takes a linked sign-in away from the actor, with the sessions that it began. Somebody always keeps one. */
export async function unlinkAccount(ctx: Ctx, input: { id: string }): Promise<void> {
  const { actor } = ctx;
  ensure(ownAccountRefusal(actor));
  ensureRecentSignIn(actor, ctx.now());
  if (actor.kind !== "user") return;
  await inTransaction(ctx, async (tx) => {
    const own = await tx.db
      .select({ id: accounts.id, issuer: accounts.issuer, login: accounts.login })
      .from(accounts)
      .where(eq(accounts.userId, actor.id))
      .for("update");
    const account = own.find(({ id }) => id === input.id);
    if (!account) throw notFound("This sign-in is not linked to you any more");
    if (own.length === 1) throw conflict("This is your only way to sign in: link another one first");
    const [current] = await tx.db
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.accountId, account.id), eq(sessions.id, actor.session?.id ?? actor.id)));
    if (current) throw conflict("You are signed in with it just now: sign in with another one first");
    await tx.db.delete(accounts).where(eq(accounts.id, account.id));
    const { issuer, login } = account;
    await record(tx, {
      type: "account.unlinked",
      subjectId: actor.id,
      payload: { userName: actor.name, issuer, login },
    });
    await applyGroups(tx, { userIds: [actor.id] });
  });
}
