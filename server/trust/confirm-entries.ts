import { sql } from "drizzle-orm";
import { entityConfirmations } from "#db/schema/trust.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ConfirmEntries } from "./inputs.ts";
import { loadEntry } from "./load-entry.ts";
import { confirmRefusal, judgeRefusal } from "./policy.ts";
import { recomputeTrust } from "./recompute-trust.ts";
import "./events.ts";

/**
 * "Still right": an owner vouches for entries, or for one field of them, as they stand now. All or none: refuses when one
 * of them is not the actor's to confirm, and "invalid" where one does not state the field. Confirmed twice within an hour
 * counts once. A field's word lasts until the field changes, and says nothing of the rest: confidence stays as it is.
 */
export async function confirmEntries(ctx: Ctx, input: ConfirmEntries): Promise<{ confirmed: number }> {
  ensure(judgeRefusal(ctx.actor));
  const { refs, fact } = ConfirmEntries.parse(input);
  return inTransaction(ctx, async (tx) => {
    const entries = [];
    for (const ref of [...new Set(refs)].sort()) {
      const entry = await loadEntry(tx, ref);
      ensure(confirmRefusal(tx.actor, entry));
      if (fact !== "") await ensureStated(tx, entry.uid, fact);
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

/** Somebody may have changed the file since the page was opened. */
async function ensureStated(tx: Ctx, uid: string, pointer: string): Promise<void> {
  const [row] = await tx.db.execute<{ head: string }>(sql`
    select coalesce(b.file_head, b.head) as head from entities e join entity_bodies b on b.entity_id = e.id
    where e.uid = ${uid}`);
  const keys = pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  let value: unknown = row ? JSON.parse(`${row.head}}`) : null;
  for (const key of keys)
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  if (!pointer.startsWith("/") || value === undefined)
    throw invalid("The entry does not state this any more: open its page anew", "fact");
}
