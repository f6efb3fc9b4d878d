import { eq } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import { applyGroups, endStrongerTokens } from "../apply-groups.ts";
import { managePeopleRefusal, manageSelfRefusal } from "../policy.ts";
import { SetRole } from "./inputs.ts";
import "../events.ts";

/** Gives somebody a role by hand, which no group changes any more, or lets the groups decide again. */
export async function setRole(ctx: Ctx, raw: SetRole): Promise<void> {
  const input = SetRole.parse(raw);
  ensure(managePeopleRefusal(ctx.actor));
  ensure(manageSelfRefusal(ctx.actor, { id: input.userId }));
  ensureRecentSignIn(ctx.actor, ctx.now());
  const { userId, role } = input;
  await inTransaction(ctx, async (tx) => {
    const former = await lockUser(tx, userId);
    if (role === undefined) {
      await tx.db.update(users).set({ roleSource: "groups" }).where(eq(users.id, userId));
      await record(tx, {
        type: "person.role-by-groups",
        subjectId: userId,
        payload: { userName: former.name },
      });
      await applyGroups(tx, { userIds: [userId] });
      return;
    }
    const guestGroupRefs = role === "guest" ? [...new Set(input.guestGroupRefs)] : [];
    await tx.db.update(users).set({ role, roleSource: "admin", guestGroupRefs }).where(eq(users.id, userId));
    await endStrongerTokens(tx, [userId]);
    const payload = { userName: former.name, from: former.role, to: role, groupRefs: guestGroupRefs };
    await record(tx, {
      type: "person.role-changed",
      subjectId: userId,
      payload: { ...payload, because: "admin" },
    });
  });
}

/** The row of a real person, locked. Throws for one who is gone, or of the demo, whose roles are part of its story. */
export async function lockUser(tx: Ctx, userId: string) {
  const [user] = await tx.db
    .select({
      name: users.name,
      role: users.role,
      isDemo: users.isDemo,
      personRef: users.personRef,
      disabledAt: users.disabledAt,
      disabledVia: users.disabledVia,
    })
    .from(users)
    .where(eq(users.id, userId))
    .for("update");
  if (!user) throw notFound("There is no such person: reload the page to see who is there");
  if (user.isDemo)
    throw conflict("This is one of the demo people: they stay as they are until the demo goes");
  return user;
}
