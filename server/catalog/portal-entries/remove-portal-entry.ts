import { eq, sql } from "drizzle-orm";
import { portalEntries } from "#db/schema/catalog-sources.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { afterCatalogueChange } from "../after-change.ts";
import { tellFollowers } from "../followers.ts";
import { awaitTurn } from "../save-lock.ts";
import { deleteEntries } from "../sources/delete-entries.ts";
import { keepRefusal } from "../sources/policy.ts";
import { ensurePortalLocation } from "./ensure-portal-location.ts";
import { ownersOf } from "./save-portal-entries.ts";
import "../events.ts";

/**
 * Takes an entry that is kept in the portal out of the catalogue, or forgets the text of one whose place a file has. The
 * file's entry stays.
 */
export async function removePortalEntry(ctx: Ctx, input: { ref: string }): Promise<{ ref: string }> {
  return inTransaction(ctx, async (tx) => {
    await awaitTurn(tx);
    const locationId = await ensurePortalLocation(tx);
    const [entry] = await tx.db.execute<{ ref: string; ownerRef: string | null }>(sql`
      select p.ref, e.owner_ref as "ownerRef" from portal_entries p left join entities e on e.ref = p.ref
      where p.ref = ${input.ref.toLowerCase()} for update of p`);
    if (!entry) throw notFound("This entry is not kept in the portal");
    ensure(keepRefusal(tx.actor, ownersOf(entry)));
    await tx.db.delete(portalEntries).where(eq(portalEntries.ref, entry.ref));
    const author = actorLabel(tx.actor).name;
    const removed = await deleteEntries(tx.db, { locationId, isDemo: false, at: tx.now(), author }, [
      entry.ref,
    ]);
    if (removed.length > 0) {
      await afterCatalogueChange(tx);
      await tellFollowers(tx, locationId);
    }
    await record(tx, { type: "portal-entry.removed", subjectId: entry.ref, payload: { ref: entry.ref } });
    return { ref: entry.ref };
  });
}
