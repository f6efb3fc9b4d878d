import { installation } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { lockSetup } from "./create-setup-token.ts";
import { finishRefusal } from "./model.ts";
import { setupRefusal } from "./policy.ts";
import { readSetupFacts } from "./read-setup.ts";
import "./events.ts";

/** Opens the portal to everybody and closes the setup for good: its token and its browser no longer count. */
export async function finishSetup(ctx: Ctx): Promise<void> {
  ensure(setupRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const { setupFinishedAt } = await lockSetup(tx);
    if (setupFinishedAt) return;
    const facts = await readSetupFacts(tx);
    const refusal = finishRefusal({ ...facts, answered: [] });
    if (refusal) throw conflict(refusal);
    await tx.db.update(installation).set({
      setupFinishedAt: tx.now(),
      setupTokenHash: null,
      setupTokenExpiresAt: null,
      setupSessionHash: null,
      setupSessionExpiresAt: null,
    });
    await record(tx, { type: "setup.finished", subjectId: "only", payload: { admins: facts.admins } });
  });
}
