import { sql } from "drizzle-orm";
import { entityConfirmations } from "#db/schema/trust.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ConfirmEntries } from "./inputs.ts";
import { loadEntry } from "./load-entry.ts";
import { confirmRefusal, judgeRefusal } from "./policy.ts";
import { recomputeTrust } from "./recompute-trust.ts";
import "./events.ts";

/**
 * "Still right": an owner vouches for entries, or for one field of them, as they stand now. All or none: refuses when one
 * of them is not the actor's to confirm. Confirmed twice within an hour counts once.
 */
export async function confirmEntries(ctx: Ctx, input: ConfirmEntries): Promise<{ confirmed: number }> {
  ensure(judgeRefusal(ctx.actor));
  const { refs, fact } = ConfirmEntries.parse(input);
  return inTransaction(ctx, async (tx) => {
    const entries = [];
    for (const ref of [...new Set(refs)].sort()) {
      const entry = await loadEntry(tx, ref);
      ensure(confirmRefusal(tx.actor, entry));
      entries.push(entry);
    }
    const byName = actorLabel(tx.actor).name;
    const uids = entries.map(({ uid }) => uid);
    const lately = await tx.db.execute<{ uid: string }>(sql`
      select entity_uid as uid from entity_confirmations
      where entity_uid = any(${sql.param(uids)}::uuid[]) and fact = ${fact} and by_name = ${byName}
        and at > ${new Date(tx.now().getTime() - 3_600_000).toISOString()}::timestamptz`);
    const known = new Set(lately.map(({ uid }) => uid));
    const fresh = entries.filter(({ uid }) => !known.has(uid));
    if (fresh.length > 0)
      await tx.db
        .insert(entityConfirmations)
        .values(
          fresh.map(({ uid, ref, isDemo }) => ({ entityUid: uid, ref, isDemo, fact, at: tx.now(), byName })),
        );
    for (const { ref, isDemo } of fresh)
      await record(tx, { type: "entry.confirmed", subjectId: ref, payload: { fact }, isDemo });
    await recomputeTrust(tx.db, tx.now(), { uids });
    return { confirmed: fresh.length };
  });
}
