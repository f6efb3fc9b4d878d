import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import { readableTo } from "../policy.ts";

export type FoundSite = { id: number; ref: string; ownerRef: string | null; isDemo: boolean };

/** The documentation of an entry, where there is one that the actor may read; null for both otherwise. */
export async function findSite(ctx: Ctx, typed: string): Promise<FoundSite | null> {
  const ref = normaliseRef(typed);
  if (ref === null) return null;
  const [row] = await ctx.db.execute<Omit<FoundSite, "id"> & { id: string }>(sql`
    select s.id, s.is_demo as "isDemo", s.entity_ref as ref, e.owner_ref as "ownerRef"
    from docs_sites s join entities e on e.ref = s.entity_ref join locations l on l.id = s.location_id
    where s.entity_ref = ${ref} and ${readableTo(ctx.actor)}`);
  return row ? { ...row, id: Number(row.id) } : null;
}

export async function getSiteId(ctx: Ctx, typed: string): Promise<FoundSite> {
  const site = await findSite(ctx, typed);
  if (!site) throw notFound("This entry has no documentation that you may read");
  return site;
}
