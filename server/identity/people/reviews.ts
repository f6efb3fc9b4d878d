import { and, eq, isNull, sql } from "drizzle-orm";
import { ownershipReviews } from "#db/schema/identity.ts";
import { actorLabel, hasRole } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { readPeopleRefusal, resolveReviewRefusal } from "../policy.ts";
import { openReviews } from "./end-access.ts";
import type { ResolveReview } from "./inputs.ts";
import "../events.ts";

export type ReviewRow = {
  id: string;
  entityRef: string;
  entityTitle: string;
  formerOwnerRef: string;
  formerOwnerName: string;
  createdAt: Date;
  may: { resolve: Refusal | null };
};

/** What people who left still own, the oldest first: all of it, or for maintainers that of their teams. At most 500. */
export async function readReviews(ctx: Ctx): Promise<ReviewRow[]> {
  ensure(readPeopleRefusal(ctx.actor));
  const { actor } = ctx;
  const own = actor.kind === "user" ? [...actor.maintains] : [];
  const among = hasRole(actor, "platform") ? sql`true` : sql`o.group_refs && ${sql.param(own)}::text[]`;
  const rows = await ctx.db.execute<
    Omit<ReviewRow, "createdAt" | "may"> & { createdAt: string; groupRefs: string[] }
  >(sql`
    select o.id, o.entity_ref as "entityRef", coalesce(e.title, e.name, o.entity_ref) as "entityTitle",
      o.former_owner_ref as "formerOwnerRef", o.former_owner_name as "formerOwnerName", o.created_at as "createdAt",
      o.group_refs as "groupRefs"
    from ownership_reviews o left join entities e on e.ref = o.entity_ref
    where o.resolved_at is null and ${among} order by o.created_at, o.entity_ref limit 500`);
  return rows.map(({ groupRefs, createdAt, ...row }) => ({
    ...row,
    createdAt: new Date(createdAt),
    may: { resolve: resolveReviewRefusal(actor, { groupRefs }) },
  }));
}

/** "Assigned elsewhere": somebody answers for it, though the catalogue does not say so yet. */
export async function resolveReview(ctx: Ctx, input: ResolveReview): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const open = and(eq(ownershipReviews.id, input.id), isNull(ownershipReviews.resolvedAt));
    const [review] = await tx.db
      .select({
        entityRef: ownershipReviews.entityRef,
        formerOwnerRef: ownershipReviews.formerOwnerRef,
        groupRefs: ownershipReviews.groupRefs,
      })
      .from(ownershipReviews)
      .where(open)
      .for("update");
    // The same answer for what is not there and for what is another team's.
    const refused = resolveReviewRefusal(ctx.actor, review ?? { groupRefs: [] });
    ensure(refused);
    if (!review) throw notFound("This was settled already");
    await tx.db
      .update(ownershipReviews)
      .set({ resolvedAt: tx.now(), resolvedByName: actorLabel(tx.actor).name, note: input.note })
      .where(open);
    const { entityRef, formerOwnerRef } = review;
    await record(tx, {
      type: "ownership.settled",
      subjectId: entityRef,
      payload: { formerOwnerRef, note: input.note },
    });
  });
}

/**
 * After the catalogue changed: closes the questions whose entry has another owner or is gone, and opens those for entries
 * that came to name somebody who left.
 */
export async function refreshReviews(tx: Ctx): Promise<void> {
  const settled = await tx.db.execute<{ entityRef: string; formerOwnerRef: string }>(sql`
    update ownership_reviews o set resolved_at = ${tx.now().toISOString()}::timestamptz,
      resolved_by_name = ${actorLabel(tx.actor).name}, note = 'The catalog does not name this owner any more'
    where o.resolved_at is null and not exists (
      select 1 from entities e where e.ref = o.entity_ref and e.owner_ref = o.former_owner_ref)
    returning o.entity_ref as "entityRef", o.former_owner_ref as "formerOwnerRef"`);
  for (const { entityRef, formerOwnerRef } of settled)
    await record(tx, {
      type: "ownership.settled",
      subjectId: entityRef,
      payload: { formerOwnerRef, note: "The catalog does not name this owner any more" },
    });
  await openReviews(tx, null);
}
