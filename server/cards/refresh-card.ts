import { sql } from "drizzle-orm";
import { cardAnswers } from "#db/schema/cards.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import { limitSubject, takeFromRule } from "#server/core/rate-limit.ts";
import type { CardOfEntry } from "./inputs.ts";
import { freshForSeconds } from "./model.ts";
import { readCardsOf } from "./read-cards.ts";

/** Known to whoever asks; its work stands in jobs.ts. */
export const askCardJob = { name: "cards-ask" };

/**
 * Orders a new answer of a card of values, unless the last one is fresh. Whoever may see the entry may: all of them share
 * one answer, and one request in five minutes, however many look.
 */
export async function refreshCard(ctx: Ctx, input: CardOfEntry): Promise<{ isOrdered: boolean }> {
  const shown = (await readCardsOf(ctx, input)).find(({ id, values }) => id === input.id && values !== null);
  if (!shown?.values?.isStale) return { isOrdered: false };
  await takeFromRule(ctx.db, "expensiveRead", limitSubject(ctx.actor, null));
  return inTransaction(ctx, async (tx) => {
    const rows = await tx.db
      .insert(cardAnswers)
      .values({ cardId: input.id, entityRef: input.ref.toLowerCase(), askedAt: tx.now() })
      .onConflictDoUpdate({
        target: [cardAnswers.cardId, cardAnswers.entityRef],
        set: { askedAt: tx.now() },
        setWhere: sql`${cardAnswers.askedAt} < ${new Date(tx.now().getTime() - freshForSeconds * 1000).toISOString()}::timestamptz`,
      })
      .returning({ cardId: cardAnswers.cardId });
    if (rows.length === 0) return { isOrdered: false };
    const data = { cardId: input.id, ref: input.ref.toLowerCase() };
    await enqueue(tx, askCardJob, data, { key: `${data.cardId} ${data.ref}` });
    return { isOrdered: true };
  });
}
