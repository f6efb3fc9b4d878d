import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { deliveryBadges } from "#db/schema/delivery-badges.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { badgedService } from "./badged-service.ts";
import type { ListBadges } from "./inputs.ts";
import {
  type BadgeKind,
  type BadgeList,
  type BadgeText,
  frequencyText,
  lastDeploymentText,
  leadTimeText,
  mostBadges,
} from "./model.ts";
import { changeBadgesRefusal } from "./policy.ts";

/** The badges of a service that were not revoked, the newest first. Throws not found. */
export async function readBadges(ctx: Ctx, { entityRef }: ListBadges): Promise<BadgeList> {
  const service = await badgedService(ctx, entityRef);
  const { id, kind, hint, createdAt, createdByName, revokedAt } = deliveryBadges;
  const items = await ctx.db
    .select({ id, kind, hint, createdAt, createdByName })
    .from(deliveryBadges)
    .where(and(eq(deliveryBadges.entityRef, service.ref), isNull(revokedAt)))
    .orderBy(desc(createdAt), id)
    .limit(mostBadges);
  return { items, may: { change: changeBadgesRefusal(ctx.actor, service) } };
}

const tokenForm = /^[\w-]{20,100}$/;

/**
 * What the badge with this token says; null where there is none, it was revoked, or its service has gone. Whoever has the
 * address may see this one figure: it is read as the portal itself.
 */
export async function readBadge(ctx: Ctx, token: string): Promise<BadgeText | null> {
  if (!tokenForm.test(token)) return null;
  const [badge] = await ctx.db.execute<{ ref: string; kind: BadgeKind }>(sql`
    select e.ref, b.kind from delivery_badges b
    join entities e on e.ref = b.entity_ref and e.file_gone_at is null
    where b.token_hash = ${sha256(token)} and b.revoked_at is null`);
  return badge ? textOf({ ...ctx, actor: systemActor("Badges") }, badge) : null;
}

async function textOf(ctx: Ctx, { ref, kind }: { ref: string; kind: BadgeKind }): Promise<BadgeText> {
  if (kind === "last_deployment") {
    const [row] = await ctx.db.execute<{ at: string | null }>(sql`
      select max(d.succeeded_at) as at from delivery_services s join service_deployments d on d.service_id = s.id
      where s.entity_ref = ${ref} and d.tier = 'production' and d.succeeded_at is not null`);
    return lastDeploymentText(row?.at ? new Date(row.at) : null);
  }
  const { figures } = await readFigures(ctx, AskFigures.parse({ scope: { kind: "service", ref } }));
  return kind === "frequency" ? frequencyText(figures.frequency.value) : leadTimeText(figures.leadTime.value);
}
