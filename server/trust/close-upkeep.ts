import { and, eq, isNull, sql } from "drizzle-orm";
import { upkeepItems } from "#db/schema/trust.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { CloseUpkeep } from "./inputs.ts";
import { judgeRefusal, overlayRefusal } from "./policy.ts";
import { recomputeTrust } from "./recompute-trust.ts";
import "./events.ts";

/** Says that something which was wrong is right now, or was right all along. */
export async function closeUpkeep(ctx: Ctx, input: CloseUpkeep): Promise<void> {
  ensure(judgeRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const open = and(eq(upkeepItems.id, input.id), isNull(upkeepItems.closedAt));
    const [item] = await tx.db
      .select({
        uid: upkeepItems.entityUid,
        ref: upkeepItems.ref,
        sort: upkeepItems.sort,
        isDemo: upkeepItems.isDemo,
      })
      .from(upkeepItems)
      .where(open)
      .for("update");
    const [entry] = item
      ? await tx.db.execute<{ ownerRef: string | null }>(
          sql`select owner_ref as "ownerRef" from entities where uid = ${item.uid}`,
        )
      : [];
    ensure(overlayRefusal(tx.actor, { ownerRef: entry?.ownerRef ?? null }));
    if (!item) throw notFound("This was put right already");
    const closed = { closedAt: tx.now(), closedByName: actorLabel(tx.actor).name, closingNote: input.note };
    await tx.db.update(upkeepItems).set(closed).where(open);
    await recomputeTrust(tx.db, tx.now(), { uids: [item.uid] });
    const payload = { sort: item.sort, note: input.note };
    await record(tx, { type: "entry.upkeep-closed", subjectId: item.ref, payload, isDemo: item.isDemo });
  });
}
