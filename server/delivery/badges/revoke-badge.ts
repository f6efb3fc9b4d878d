import { and, eq, isNull } from "drizzle-orm";
import { deliveryBadges } from "#db/schema/delivery-badges.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { badgedService } from "./badged-service.ts";
import type { BadgeId } from "./inputs.ts";
import { changeBadgesRefusal, touchBadgesRefusal } from "./policy.ts";
import "#server/delivery/events.ts";

/** Ends a badge: its address answers nothing from now on, once caches have let go of it after five minutes. */
export async function revokeBadge(ctx: Ctx, { id }: BadgeId): Promise<{ id: string }> {
  ensure(touchBadgesRefusal(ctx.actor));
  const isLive = and(eq(deliveryBadges.id, id), isNull(deliveryBadges.revokedAt));
  const { entityRef, kind } = deliveryBadges;
  const [badge] = await ctx.db.select({ entityRef, kind }).from(deliveryBadges).where(isLive);
  if (!badge) throw notFound("There is no such badge");
  ensure(changeBadgesRefusal(ctx.actor, await badgedService(ctx, badge.entityRef)));
  return inTransaction(ctx, async (tx) => {
    const rows = await tx.db
      .update(deliveryBadges)
      .set({ revokedAt: tx.now() })
      .where(isLive)
      .returning({ id: deliveryBadges.id });
    if (rows.length > 0) await record(tx, { type: "delivery-badge.revoked", subjectId: id, payload: badge });
    return { id };
  });
}
