import { eq } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { getUserByWord } from "../sign-in/make-sign-in-link.ts";
import "../events.ts";
import { grantAdminRefusal } from "../policy.ts";
import { restoreAccess } from "./disable-person.ts";
import { lockUser } from "./set-role.ts";

/**
 * Makes somebody an admin, and lets them in again where they were kept out: the way back when no admin is left. `user`
 * as in `makeSignInLink`. Only for whoever runs this machine.
 */
export async function grantAdmin(
  ctx: Ctx,
  input: { user: string },
): Promise<{ userId: string; userName: string }> {
  ensure(grantAdminRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const { id: userId, name: userName } = await getUserByWord(tx, input.user);
    const former = await lockUser(tx, userId);
    if (former.disabledAt) await restoreAccess(tx, { userId, userName, via: "admin" });
    await tx.db
      .update(users)
      .set({ role: "admin", roleSource: "admin", guestGroupRefs: [] })
      .where(eq(users.id, userId));
    const change = { from: former.role, to: "admin", because: "admin", groupRefs: [] } as const;
    await record(tx, { type: "person.role-changed", subjectId: userId, payload: { userName, ...change } });
    return { userId, userName };
  });
}
