import { and, eq, isNull } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ownAccountRefusal } from "./policy.ts";

/** Remembers that this person has seen the tour or does not want it. */
export async function finishTour(ctx: Ctx): Promise<void> {
  const { actor } = ctx;
  ensure(ownAccountRefusal(actor));
  if (actor.kind !== "user") return;
  await inTransaction(ctx, async (tx) => {
    const done = await tx.db
      .update(users)
      .set({ tourFinishedAt: tx.now() })
      .where(and(eq(users.id, actor.id), isNull(users.tourFinishedAt)))
      .returning({ id: users.id });
    if (done.length > 0)
      await record(tx, { type: "tour.finished", subjectId: actor.id, payload: { userName: actor.name } });
  });
}
