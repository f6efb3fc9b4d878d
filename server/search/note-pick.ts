import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { PickResult } from "./inputs.ts";
import { pickHalfLifeDays } from "./model.ts";
import { pickRefusal, readableTo, visibleTo } from "./policy.ts";

/**
 * Counts that something was opened from the search, for its place there: of the thing alone, nothing of who opened it, and
 * so in no audit log either. What is not there, or not for the actor, is passed over without a word.
 */
export async function notePick(ctx: Ctx, input: PickResult): Promise<void> {
  ensure(pickRefusal(ctx.actor));
  const ref = normaliseRef(input.ref);
  if (ref === null) return;
  await inTransaction(ctx, async (tx) => {
    const there =
      input.path === undefined
        ? sql`select e.ref as target from entities e where e.ref = ${ref} and ${visibleTo(tx.actor)}`
        : sql`select s.entity_ref || '#' || p.path as target from docs_sites s join docs_pages p on p.site_id = s.id
            join entities e on e.ref = s.entity_ref join locations l on l.id = s.location_id
            where s.entity_ref = ${ref} and p.path = ${input.path} and ${readableTo(tx.actor)}`;
    const at = tx.now().toISOString();
    await tx.db.execute(sql`
      insert into search_picks as p (target, weight, picked_at) select target, 1, ${at}::timestamptz from (${there}) t
      on conflict (target) do update set picked_at = greatest(p.picked_at, excluded.picked_at),
        weight = 1 + p.weight * power(0.5, greatest(0, extract(epoch from excluded.picked_at - p.picked_at)) / ${pickHalfLifeDays * 86_400}::float8)`);
  });
}
