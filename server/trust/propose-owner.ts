import { and, eq, isNull, sql } from "drizzle-orm";
import { parseDocument } from "yaml";
import { portalEntries } from "#db/schema/catalog-sources.ts";
import { ownershipReviews } from "#db/schema/identity.ts";
import { ownerProposals } from "#db/schema/trust.ts";
import { savePortalEntries } from "#server/catalog/portal-entries/save-portal-entries.ts";
import { actorLabel, requesterOf } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { resolveReview } from "#server/identity/people/reviews.ts";
import type { ProposeOwner, TrustRef } from "./inputs.ts";
import { type KnownEntry, loadEntry } from "./load-entry.ts";
import { judgeRefusal, proposeOwnerRefusal } from "./policy.ts";
import { readSuggestions } from "./reads/suggestions.ts";
import "./events.ts";

/** What became of it: the entry itself has the new owner, or its file has still to be changed. */
export type OwnerNamed = { isDone: boolean };

/**
 * Names the next owner of an entry. One that the portal keeps is changed at once; of one that lies in a file the name
 * stands as proposed until the file says so. The question who takes over from somebody who left is settled by it.
 */
export async function proposeOwner(ctx: Ctx, input: ProposeOwner): Promise<OwnerNamed> {
  ensure(judgeRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const entry = await loadEntry(tx, input.ref, true);
    const reviews = await openReviewsOf(tx, entry.ref);
    ensure(proposeOwnerRefusal(tx.actor, { groupRefs: teamsOf(entry, reviews) }));
    await ensureLives(tx, input.ownerRef);
    const suggestions = (await readSuggestions(tx, [entry.ref])).get(entry.ref) ?? [];
    const evidence = suggestions
      .filter(({ ownerRef }) => ownerRef === input.ownerRef)
      .flatMap((found) => found.evidence.map(({ words }) => words));
    await endOpen(tx, entry.uid, "withdrawn");
    const isDone = await changePortalEntry(tx, entry, input.ownerRef);
    const { uid, ref, isDemo, ownerRef: formerOwnerRef } = entry;
    await tx.db.insert(ownerProposals).values({
      ...{ entityUid: uid, ref, isDemo, formerOwnerRef, ownerRef: input.ownerRef, evidence },
      at: tx.now(),
      byName: actorLabel(tx.actor).name,
      ...(isDone ? { endedAt: tx.now(), endedAs: "in the file" as const } : {}),
    });
    const payload = { formerOwnerRef, ownerRef: input.ownerRef };
    await record(tx, { type: "entry.owner-proposed", subjectId: ref, payload, isDemo });
    await settle(tx, reviews, input.ownerRef);
    return { isDone };
  });
}

type Review = { id: string; groupRefs: string[] };

const openReviewsOf = (tx: Ctx, ref: string): Promise<Review[]> =>
  tx.db
    .select({ id: ownershipReviews.id, groupRefs: ownershipReviews.groupRefs })
    .from(ownershipReviews)
    .where(and(eq(ownershipReviews.entityRef, ref), isNull(ownershipReviews.resolvedAt)));

/** Maintainers hand over what is their team's: nobody takes for their own team what another one has. */
const teamsOf = (entry: KnownEntry, reviews: readonly Review[]) => [
  ...(entry.ownerRef ? [entry.ownerRef] : []),
  ...reviews.flatMap(({ groupRefs }) => groupRefs),
];

async function ensureLives(tx: Ctx, ownerRef: string): Promise<void> {
  const [owner] = await tx.db.execute(sql`
    select 1 from entities e where e.ref = ${ownerRef} and e.kind_key in ('group', 'user') and e.file_gone_at is null
      and not exists (select 1 from users u where u.person_ref = e.ref and u.disabled_at is not null)`);
  if (!owner) throw invalid("The catalog has no such team: choose one that is there", "ownerRef");
}

/** What the portal keeps is changed where it lies, its comments and order untouched. */
async function changePortalEntry(tx: Ctx, entry: KnownEntry, ownerRef: string): Promise<boolean> {
  const [kept] = await tx.db
    .select({ text: portalEntries.text, version: portalEntries.version })
    .from(portalEntries)
    .where(and(eq(portalEntries.ref, entry.ref), isNull(portalEntries.yieldedAt)));
  if (!kept) return false;
  const document = parseDocument(kept.text);
  document.setIn(["spec", "owner"], ownerRef);
  await savePortalEntries(asHandover(tx), {
    documents: [{ text: document.toString(), version: kept.version }],
  });
  return true;
}

async function settle(tx: Ctx, reviews: readonly Review[], ownerRef: string): Promise<void> {
  for (const { id } of reviews) {
    const [open] = await tx.db.execute(
      sql`select 1 from ownership_reviews where id = ${id} and resolved_at is null`,
    );
    if (open) await resolveReview(asHandover(tx), { id, note: `${ownerRef} is to take it over` });
  }
}

/** Whoever may hand something over may do what belongs to it; the log names them still. */
const asHandover = (tx: Ctx): Ctx => ({
  ...tx,
  actor: { kind: "system", name: "handover", requestedBy: requesterOf(tx.actor) ?? undefined },
});

async function endOpen(tx: Ctx, uid: string, endedAs: "withdrawn"): Promise<{ ownerRef: string }[]> {
  return tx.db
    .update(ownerProposals)
    .set({ endedAt: tx.now(), endedAs })
    .where(and(eq(ownerProposals.entityUid, uid), isNull(ownerProposals.endedAt)))
    .returning({ ownerRef: ownerProposals.ownerRef });
}

/** Takes the name back; the entry is on the list of those without an owner again. */
export async function withdrawOwner(ctx: Ctx, input: TrustRef): Promise<void> {
  ensure(judgeRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const entry = await loadEntry(tx, input.ref, true);
    ensure(proposeOwnerRefusal(tx.actor, { groupRefs: teamsOf(entry, []) }));
    const [ended] = await endOpen(tx, entry.uid, "withdrawn");
    if (!ended) throw notFound("Nobody is proposed as its owner");
    const { ref, isDemo } = entry;
    await record(tx, { type: "entry.owner-withdrawn", subjectId: ref, payload: ended, isDemo });
  });
}

/** After imports: proposals end where the file has another owner than when they were made. Answers with how many. */
export async function endProposals(tx: Ctx): Promise<number> {
  const ended = await tx.db.execute(sql`
    update owner_proposals p set ended_at = ${tx.now().toISOString()}::timestamptz,
      ended_as = case when e.owner_ref = p.owner_ref then 'in the file' else 'another owner' end
    from entities e where e.uid = p.entity_uid and p.ended_at is null and e.owner_ref is distinct from p.former_owner_ref
    returning 1`);
  return ended.length;
}
