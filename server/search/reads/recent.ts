import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import type { RecentEntries } from "../inputs.ts";
import { visibleTo } from "../policy.ts";

export type RecentEntry = { ref: string; kind: string; name: string; title: string | null };

/** Entries that the browser remembers, in its order, as far as they are still there and for the actor. */
export async function readRecentEntries(ctx: Ctx, input: RecentEntries): Promise<RecentEntry[]> {
  const refs = input.refs.flatMap((ref) => normaliseRef(ref) ?? []);
  if (refs.length === 0) return [];
  const rows = await ctx.db.execute<RecentEntry>(sql`
    select e.ref, e.kind, e.name, e.title from entities e
    where e.ref = any(${sql.param(refs)}::text[]) and ${visibleTo(ctx.actor)}
    order by array_position(${sql.param(refs)}::text[], e.ref::text)`);
  return [...rows];
}
