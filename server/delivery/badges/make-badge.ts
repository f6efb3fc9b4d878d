import { and, count, eq, isNull } from "drizzle-orm";
import { deliveryBadges } from "#db/schema/delivery-badges.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { badgedService } from "./badged-service.ts";
import type { MakeBadge } from "./inputs.ts";
import { mostBadges } from "./model.ts";
import { changeBadgesRefusal, touchBadgesRefusal } from "./policy.ts";
import "#server/delivery/events.ts";

/** Makes a badge. Its address is in this answer and nowhere else: only the token's hash is kept. */
export async function makeBadge(
  ctx: Ctx,
  { entityRef, kind }: MakeBadge,
): Promise<{ id: string; path: string }> {
  ensure(touchBadgesRefusal(ctx.actor));
  const service = await badgedService(ctx, entityRef);
  ensure(changeBadgesRefusal(ctx.actor, service));
  const token = randomToken();
  return inTransaction(ctx, async (tx) => {
    const [kept] = await tx.db
      .select({ rows: count() })
      .from(deliveryBadges)
      .where(and(eq(deliveryBadges.entityRef, service.ref), isNull(deliveryBadges.revokedAt)));
    if ((kept?.rows ?? 0) >= mostBadges)
      throw invalid(`A service has at most ${mostBadges} badges: revoke one first`);
    const [row] = await tx.db
      .insert(deliveryBadges)
      .values({
        entityRef: service.ref,
        kind,
        tokenHash: sha256(token),
        hint: token.slice(-4),
        createdAt: tx.now(),
        createdBy: tx.actor.kind === "user" ? tx.actor.id : null,
        createdByName: actorLabel(tx.actor).name,
      })
      .returning({ id: deliveryBadges.id });
    const id = row?.id ?? "";
    await record(tx, {
      type: "delivery-badge.made",
      subjectId: id,
      payload: { entityRef: service.ref, kind },
    });
    return { id, path: `/badges/${token}.svg` };
  });
}
