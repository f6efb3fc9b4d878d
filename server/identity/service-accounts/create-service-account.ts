import { serviceAccounts } from "#db/schema/identity.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { CreateServiceAccount } from "../people/inputs.ts";
import { serviceAccountRefusal } from "../policy.ts";
import "../events.ts";

/** Makes an account for a program. It outlives whoever made it, has tokens and teams, and never a session. */
export async function createServiceAccount(ctx: Ctx, raw: CreateServiceAccount): Promise<{ id: string }> {
  const input = CreateServiceAccount.parse(raw);
  ensure(serviceAccountRefusal(ctx.actor, input));
  const { name, role } = input;
  const groupRefs = [...new Set(input.groupRefs)];
  return inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .insert(serviceAccounts)
      .values({ name, role, groupRefs, createdAt: tx.now(), createdByName: actorLabel(tx.actor).name })
      .onConflictDoNothing()
      .returning({ id: serviceAccounts.id });
    if (!row) throw conflict(`A service account named "${name}" exists already: choose another name`, "name");
    await record(tx, {
      type: "service-account.created",
      subjectId: row.id,
      payload: { name, role, groupRefs },
    });
    return row;
  });
}
