import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure, findDomainError, notFound } from "#server/core/errors.ts";
import { notNow } from "#server/core/refusal.ts";
import { normaliseRef } from "./entity-ref.ts";
import { registerRefusal, visibleTo } from "./policy.ts";
import { reimportLocation } from "./reimport-location.ts";

/** Has the source of an entry read again; where that is under way already, nothing more is to be done. */
export async function refreshEntity(ctx: Ctx, input: { ref: string }): Promise<void> {
  ensure(registerRefusal(ctx.actor));
  const ref = normaliseRef(input.ref);
  const [row] = await ctx.db.execute<{ locationId: string; isDue: boolean }>(sql`
    select l.id as "locationId", l.state not in ('waiting', 'running') and l.type in ('folder', 'git', 'file') as "isDue"
    from entities e join locations l on l.id = e.location_id where e.ref = ${ref} and ${visibleTo(ctx.actor)}`);
  if (!row) throw notFound(`No entity named '${input.ref.slice(0, 200)}' found`);
  if (!row.isDue) return;
  await reimportLocation(ctx, { id: row.locationId }).catch((error: unknown) => {
    // Somebody else was faster.
    if (findDomainError(error)?.rule !== notNow.name) throw error;
  });
}
