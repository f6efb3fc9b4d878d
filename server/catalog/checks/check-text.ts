import { isInsider, isKnown } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { DomainError } from "#server/core/errors.ts";
import { limitSubject, takeFromRule } from "#server/core/rate-limit.ts";
import { type JudgedDocument, type JudgedReference, judgeText } from "../judge-text.ts";
import type { CheckText } from "../sources/inputs.ts";
import { FileRefusal } from "../trees/tree.ts";
import { findLost, lostSentence } from "../warn-dangling.ts";
import type { CheckedText } from "./model.ts";

/**
 * Judges the text of a catalogue file as an import would, and compares the names in it with the catalogue. Nothing is
 * written and nothing fetched. Guests are not told which names the catalogue has.
 */
export async function checkText(ctx: Ctx, input: CheckText): Promise<CheckedText> {
  if (!isKnown(ctx.actor)) throw new DomainError("unauthenticated", "Sign in to check a file");
  await takeFromRule(ctx.db, "expensiveRead", limitSubject(ctx.actor, null));
  const references = new Map<number, JudgedReference[]>();
  const { valid, documents } = await judgeText(input.text, readLater, (index, named) =>
    references.set(index, named),
  );
  if (isInsider(ctx.actor)) await addLost(ctx, documents, references);
  return { valid, documents: documents.slice(0, mostShown).map(cut), total: documents.length };
}

/** A page shows no more; the verdict is that of all. */
const mostShown = 200;
const mostLines = 200;

const cut = (document: JudgedDocument): JudgedDocument => ({
  ...document,
  relations: document.relations.slice(0, mostLines),
  errors: document.errors.slice(0, mostLines),
  warnings: document.warnings.slice(0, mostLines),
});

async function readLater(): Promise<string> {
  throw new FileRefusal("files beside this one are read when it is imported");
}

/** Names that neither this text nor the catalogue has. */
async function addLost(
  ctx: Ctx,
  documents: readonly JudgedDocument[],
  references: ReadonlyMap<number, JudgedReference[]>,
): Promise<void> {
  const here = new Set(documents.map(({ ref }) => ref));
  const named = [...references.values()].flat().filter(({ target }) => !here.has(target));
  const lost = await findLost(
    ctx.db,
    named.map(({ target }) => target),
  );
  for (const [index, places] of references)
    for (const { target, ...place } of places) {
      const suggestion = lost.get(target);
      if (suggestion === undefined || here.has(target)) continue;
      documents[index]?.warnings.push({ message: lostSentence(target, suggestion), ...place });
    }
}
