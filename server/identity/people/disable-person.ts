import { eq } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { applyGroups } from "../apply-groups.ts";
import { managePeopleRefusal, manageSelfRefusal } from "../policy.ts";
import { type EndedAccess, endAccess } from "./end-access.ts";
import type { DisablePerson, UserId } from "./inputs.ts";
import { lockUser } from "./set-role.ts";
import "../events.ts";

/** Keeps somebody out from the next request on. Answers with what ended, for whoever did it to see. */
export async function disablePerson(ctx: Ctx, input: DisablePerson): Promise<EndedAccess> {
  ensure(managePeopleRefusal(ctx.actor));
  ensure(manageSelfRefusal(ctx.actor, { id: input.userId }));
  return inTransaction(ctx, async (tx) => {
    const { disabledVia } = await lockUser(tx, input.userId);
    const ended = await endAccess(tx, { ...input, via: "admin" });
    if (ended) return ended;
    if (disabledVia !== "scim") throw conflict("This person is disabled already");
    return keepOut(tx, input);
  });
}

/** Whom a directory switched off stays out from now on, also when the directory switches them on again. */
async function keepOut(tx: Ctx, { userId, reason }: DisablePerson): Promise<EndedAccess> {
  const [user] = await tx.db
    .update(users)
    .set({ disabledVia: "admin", disabledReason: reason })
    .where(eq(users.id, userId))
    .returning({ name: users.name });
  const ended = { sessions: 0, tokens: 0, reviews: 0 };
  const payload = { userName: user?.name ?? "", reason, via: "admin" as const, ...ended };
  await record(tx, { type: "person.disabled", subjectId: userId, payload });
  return ended;
}

/** Lets somebody in again. Sessions and tokens that ended stay ended. */
export async function enablePerson(ctx: Ctx, input: UserId): Promise<void> {
  ensure(managePeopleRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const { name, disabledAt } = await lockUser(tx, input.userId);
    if (!disabledAt) throw conflict("This person is not disabled");
    await restoreAccess(tx, { userId: input.userId, userName: name, via: "admin" });
  });
}

export async function restoreAccess(
  tx: Ctx,
  person: { userId: string; userName: string; via: "admin" | "scim" },
): Promise<void> {
  const { userId, userName, via } = person;
  await tx.db
    .update(users)
    .set({ disabledAt: null, disabledReason: null, disabledVia: null })
    .where(eq(users.id, userId));
  await record(tx, { type: "person.enabled", subjectId: userId, payload: { userName, via } });
  await applyGroups(tx, { userIds: [userId] });
}
