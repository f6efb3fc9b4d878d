import { and, eq, inArray } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { connections, events } from "#db/schema/core.ts";
import { repositories } from "#db/schema/delivery.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import { users } from "#db/schema/identity.ts";
import { removeLocation } from "#server/catalog/remove-location.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { cleanUpDemoJob } from "./demo-jobs.ts";
import { ensureEvaluationAdmin, removeDemoPeople } from "./demo-people.ts";
import { lockDemo, writeDemo } from "./demo-record.ts";
import { removeDemoRefusal } from "./policy.ts";
import "./events.ts";

export type RemovedDemo = { isSignedOut: boolean; note: string };

/**
 * Removes the demo organisation for good: people with their sessions, catalogue, webhooks, figures, its part of the
 * audit log; the worker then deletes its files. One admin account stays, without a person of the catalogue, since an
 * evaluation that nobody can sign in to is of no use. `isSignedOut` when the actor's own session has ended with it.
 */
export async function removeDemo(ctx: Ctx): Promise<RemovedDemo> {
  return inTransaction(ctx, async (tx) => {
    const { state } = await lockDemo(tx);
    ensure(removeDemoRefusal(ctx.actor, state));
    const admin = await ensureEvaluationAdmin(tx);
    // Webhooks first: whoever is working one in holds its row, and has written its figures when the row is free.
    const webhooks = await tx.db
      .delete(webhookDeliveries)
      .where(eq(webhookDeliveries.isDemo, true))
      .returning({ id: webhookDeliveries.id });
    await tx.db.delete(repositories).where(eq(repositories.isDemo, true));
    const entries = await removeDemoCatalogue(tx);
    await tx.db.delete(connections).where(eq(connections.isDemo, true));
    const people = await removeDemoPeople(tx, admin);
    await tx.db.delete(events).where(eq(events.isDemo, true));
    await writeDemo(tx, "removed", null);
    const payload = { webhooks: webhooks.length, entries, people };
    await record(tx, { type: "demo.removed", subjectId: "only", payload });
    await enqueue(tx, cleanUpDemoJob, {});
    const isSignedOut = await isGone(tx);
    return { isSignedOut, note: isSignedOut ? signedOutNote : "The demo organisation is gone" };
  });
}

const signedOutNote =
  "The demo organisation is gone, and the account that you were signed in with went with it: sign in as the evaluation's admin";

/** An import that is under way loses its right to write. */
async function removeDemoCatalogue(tx: Ctx): Promise<number> {
  const demo = await tx.db.select({ id: locations.id }).from(locations).where(eq(locations.isDemo, true));
  const ids = demo.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await tx.db
    .update(locations)
    .set({ state: "cancelled", step: null })
    .where(and(inArray(locations.id, ids), eq(locations.state, "running")));
  let entries = 0;
  for (const id of ids) entries += (await removeLocation(tx, { id })).removed;
  return entries;
}

async function isGone(tx: Ctx): Promise<boolean> {
  if (tx.actor.kind !== "user") return false;
  const [row] = await tx.db.select({ id: users.id }).from(users).where(eq(users.id, tx.actor.id));
  return row === undefined;
}
