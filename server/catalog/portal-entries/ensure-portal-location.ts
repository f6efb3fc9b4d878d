import { eq } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { actorLabel } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";

/** Under this target lie the entries that people keep in the portal. */
export const portalTarget = "portal";

/** The one location of entries kept in the portal; made with the first of them. */
export async function ensurePortalLocation(tx: Ctx): Promise<string> {
  await tx.db
    .insert(locations)
    .values({
      type: "portal",
      target: portalTarget,
      state: "imported",
      createdAt: tx.now(),
      createdBy: actorLabel(tx.actor).name,
    })
    .onConflictDoNothing({ target: locations.target });
  const [location] = await tx.db
    .select({ id: locations.id })
    .from(locations)
    .where(eq(locations.target, portalTarget));
  if (!location) throw new Error("The portal's own location is not there");
  return location.id;
}
