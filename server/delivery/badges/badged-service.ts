import { sql } from "drizzle-orm";
import { knownRef, noSuchEntry } from "#server/catalog/reads/links.ts";
import type { Ctx } from "#server/core/context.ts";
import { visibleServices } from "#server/delivery/policy.ts";

/** The Component and who owns it. Throws not found for what the actor may not see. */
export async function badgedService(
  ctx: Ctx,
  text: string,
): Promise<{ ref: string; ownerRef: string | null }> {
  const ref = knownRef(text);
  const [row] = await ctx.db.execute<{ ref: string; ownerRef: string | null }>(sql`
    select e.ref, e.owner_ref as "ownerRef" from entities e
    where e.ref = ${ref} and e.kind_key = 'component' and ${visibleServices(ctx.actor)}`);
  if (!row) throw noSuchEntry(ref);
  return row;
}
