import { and, eq, inArray } from "drizzle-orm";
import { apiVersions } from "#db/schema/apis.ts";
import { entities as entitiesTable, locations } from "#db/schema/catalog.ts";
import { entityChanges } from "#db/schema/catalog-api.ts";
import { connections, events } from "#db/schema/core.ts";
import { repositories } from "#db/schema/delivery.ts";
import { deliveryServices } from "#db/schema/delivery-figures.ts";
import { reportedDeployments } from "#db/schema/delivery-reported.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import { removeLocation } from "#server/catalog/remove-location.ts";
import type { Ctx } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { awaitServices } from "#server/delivery/projection/lock-services.ts";
import { removeDemoTrust } from "#server/trust/tend-trust.ts";
import { cleanUpDemoJob } from "./demo-jobs.ts";
import { removeDemoPeople } from "./demo-people.ts";
import { writeDemo } from "./demo-record.ts";
import "./events.ts";

/**
 * The deleting itself, in the caller's transaction and under its lock of the demo: catalogue, webhooks, figures, people
 * with their sessions (all but `keep`), the demo's part of the audit log; the worker then deletes its files.
 */
export async function removeDemoData(tx: Ctx, keep: { id: string } | null): Promise<{ people: number }> {
  // Webhooks first: whoever is working one in holds its row, and has written its figures when the row is free.
  const webhooks = await tx.db
    .delete(webhookDeliveries)
    .where(eq(webhookDeliveries.isDemo, true))
    .returning({ id: webhookDeliveries.id });
  await tx.db.delete(repositories).where(eq(repositories.isDemo, true));
  const entries = await removeDemoCatalogue(tx);
  await removeDemoTrust(tx);
  await tx.db.delete(connections).where(eq(connections.isDemo, true));
  const people = await removeDemoPeople(tx, keep);
  await tx.db.delete(events).where(eq(events.isDemo, true));
  await writeDemo(tx, "removed", null);
  const payload = { webhooks: webhooks.length, entries, people };
  await record(tx, { type: "demo.removed", subjectId: "only", payload });
  await enqueue(tx, cleanUpDemoJob, {});
  return { people };
}

/** An import that is under way loses its right to write. */
async function removeDemoCatalogue(tx: Ctx): Promise<number> {
  const demo = await tx.db.select({ id: locations.id }).from(locations).where(eq(locations.isDemo, true));
  const ids = demo.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await tx.db
    .update(locations)
    .set({ state: "cancelled", step: null })
    .where(and(inArray(locations.id, ids), eq(locations.state, "running")));
  const refs = await tx.db
    .select({ ref: entitiesTable.ref })
    .from(entitiesTable)
    .where(inArray(entitiesTable.locationId, ids));
  let entries = 0;
  for (const id of ids) entries += (await removeLocation(tx, { id })).removed;
  // What tells others that an entry is gone, and what was kept of its definitions and its figures, would still name it.
  for (let from = 0; from < refs.length; from += 1000) {
    const some = refs.slice(from, from + 1000).map(({ ref }) => ref);
    await tx.db.delete(entityChanges).where(inArray(entityChanges.ref, some));
    await tx.db.delete(apiVersions).where(inArray(apiVersions.entityRef, some));
    await awaitServices(tx, some);
    await tx.db.delete(deliveryServices).where(inArray(deliveryServices.entityRef, some));
    await tx.db.delete(reportedDeployments).where(inArray(reportedDeployments.entityRef, some));
  }
  return entries;
}
