import { eq } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { SetShortcuts } from "./inputs.ts";
import { ownAccountRefusal } from "./policy.ts";

/** Turns single-key shortcuts on or off for this person (WCAG 2.1.4). */
export async function setShortcuts(ctx: Ctx, input: SetShortcuts): Promise<void> {
  const { actor } = ctx;
  ensure(ownAccountRefusal(actor));
  if (actor.kind !== "user") return;
  await inTransaction(ctx, async (tx) => {
    await tx.db.update(users).set({ hasShortcuts: input.isOn }).where(eq(users.id, actor.id));
    await record(tx, { type: "shortcuts.changed", subjectId: actor.id, payload: { isOn: input.isOn } });
  });
}
