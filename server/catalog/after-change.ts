import { eq } from "drizzle-orm";
import { groupRoles } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { applyGroups } from "#server/identity/apply-groups.ts";
import { refreshReviews } from "#server/identity/people/reviews.ts";

/** What rests on owners and groups of the catalogue, at the end of a transaction that changed entries. */
export async function afterCatalogueChange(tx: Ctx): Promise<void> {
  await refreshReviews(tx);
  const [mapped] = await tx.db
    .select({ id: groupRoles.id })
    .from(groupRoles)
    .where(eq(groupRoles.source, "catalog"))
    .limit(1);
  if (mapped) await applyGroups(tx, "everybody");
}
