import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { searchMisses, searchSynonyms } from "#db/schema/search.ts";
import { plainText, wordsOf } from "#server/catalog/search-text.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { SaveSynonyms, type SynonymsId } from "./inputs.ts";
import { maxSynonyms } from "./model.ts";
import { keepSearchRefusal } from "./policy.ts";
import "./events.ts";

/** Adds words that mean the same, or changes them; what was looked for in vain and is answered by it leaves the list. */
export async function saveSynonyms(ctx: Ctx, raw: SaveSynonyms): Promise<{ id: string }> {
  const input = SaveSynonyms.parse(raw);
  ensure(keepSearchRefusal(ctx.actor));
  const words = [...new Set(input.words.map((word) => wordsOf(word.toLowerCase()).join(" ")))].filter(
    Boolean,
  );
  if (words.length < 2) throw invalid("Name two different words at least", "words");
  if (words.some((word) => word.split(" ").length > 3))
    throw invalid("A meaning has three words at most", "words");
  return inTransaction(ctx, async (tx) => {
    const row = { words, changedAt: tx.now(), changedByName: actorLabel(tx.actor).name };
    const id = input.id ?? randomUUID();
    if (input.id) {
      const changed = await tx.db
        .update(searchSynonyms)
        .set(row)
        .where(eq(searchSynonyms.id, input.id))
        .returning({ id: searchSynonyms.id });
      if (changed.length === 0) throw notFound("These synonyms were removed");
    } else {
      if ((await tx.db.$count(searchSynonyms)) >= maxSynonyms)
        throw conflict(`There are ${maxSynonyms} already: remove some first`);
      await tx.db.insert(searchSynonyms).values({ id, ...row });
    }
    if (input.answers)
      await tx.db.delete(searchMisses).where(eq(searchMisses.query, plainText(input.answers)));
    await record(tx, { type: "synonym.saved", subjectId: id, payload: { words } });
    return { id };
  });
}

export async function removeSynonyms(ctx: Ctx, input: SynonymsId): Promise<void> {
  ensure(keepSearchRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const [gone] = await tx.db
      .delete(searchSynonyms)
      .where(eq(searchSynonyms.id, input.id))
      .returning({ words: searchSynonyms.words });
    if (!gone) throw notFound("These synonyms were removed already");
    await record(tx, { type: "synonym.removed", subjectId: input.id, payload: { words: gone.words } });
  });
}
