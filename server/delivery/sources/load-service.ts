import { sql } from "drizzle-orm";
import { knownRef, noSuchEntry } from "#server/catalog/reads/links.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { visibleServices } from "#server/delivery/policy.ts";

export type LoadedService = { ref: string; name: string; ownerRef: string | null; slug: string | null };

/** The Component under a reference, as far as the actor may see it. Throws where there is none. */
export async function loadService(ctx: Ctx, text: string): Promise<LoadedService> {
  const ref = knownRef(text);
  if (!ref.startsWith("component:"))
    throw invalid(`${ref} is no Component: only Components are deployed`, "entityRef");
  const [row] = await ctx.db.execute<LoadedService>(sql`
    select e.ref, e.name_key as name, e.owner_ref as "ownerRef", e.project_slug as slug
    from entities e where e.ref = ${ref} and ${visibleServices(ctx.actor)}`);
  if (!row) throw noSuchEntry(ref);
  return row;
}
