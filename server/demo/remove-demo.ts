import { eq } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { againAfterClash } from "#server/core/again-after-clash.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { ensureEvaluationAdmin } from "./demo-people.ts";
import { lockDemo } from "./demo-record.ts";
import { removeDemoRefusal } from "./policy.ts";
import { removeDemoData } from "./remove-demo-data.ts";

export type RemovedDemo = { isSignedOut: boolean; note: string };

/**
 * Removes the demo organisation for good: people with their sessions, catalogue, webhooks, figures, its part of the
 * audit log; the worker then deletes its files. One admin account stays, without a person of the catalogue, since an
 * evaluation that nobody can sign in to is of no use. `isSignedOut` when the actor's own session has ended with it.
 */
export async function removeDemo(ctx: Ctx): Promise<RemovedDemo> {
  return againAfterClash(() =>
    inTransaction(ctx, async (tx) => {
      const { state } = await lockDemo(tx);
      ensure(removeDemoRefusal(ctx.actor, state));
      await removeDemoData(tx, await ensureEvaluationAdmin(tx));
      const isSignedOut = await isGone(tx);
      return { isSignedOut, note: isSignedOut ? signedOutNote : "The demo organisation is gone" };
    }),
  );
}

const signedOutNote =
  "The demo organisation is gone, and the account that you were signed in with went with it: sign in as the evaluation's admin";

async function isGone(tx: Ctx): Promise<boolean> {
  if (tx.actor.kind !== "user") return false;
  const [row] = await tx.db.select({ id: users.id }).from(users).where(eq(users.id, tx.actor.id));
  return row === undefined;
}
