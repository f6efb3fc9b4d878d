import { sql } from "drizzle-orm";
import { knownRef, noSuchEntry } from "#server/catalog/reads/links.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";

export type KnownEntry = {
  uid: string;
  ref: string;
  kind: string;
  ownerRef: string | null;
  proposedRef: string | null;
  isDemo: boolean;
};

/** The entry as far as trust needs it; locked when asked for. Throws not found, also for what the actor may not see. */
export async function loadEntry(ctx: Ctx, text: string, isLocked = false): Promise<KnownEntry> {
  const ref = knownRef(text);
  const [row] = await ctx.db.execute<KnownEntry>(sql`
    select e.uid, e.ref, e.kind_key as kind, e.owner_ref as "ownerRef", e.is_demo as "isDemo",
      (select p.owner_ref from owner_proposals p where p.entity_uid = e.uid and p.ended_at is null) as "proposedRef"
    from entities e where e.ref = ${ref} and ${isVisible(ctx.actor)} ${isLocked ? sql`for update of e` : sql``}`);
  if (!row) throw noSuchEntry(ref);
  return row;
}
