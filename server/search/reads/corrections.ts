import { sql } from "drizzle-orm";
import { wordsOf } from "#server/catalog/search-text.ts";
import type { Ctx } from "#server/core/context.ts";
import { meantWords } from "../meant-words.ts";
import { readableTo, visibleTo } from "../policy.ts";
import { correctedText, type SearchQuery, type Synonyms, type Term } from "../understand-query.ts";

export type Corrected = { query: SearchQuery; text: string };

/**
 * The query with each word that nothing begins with replaced by those that were probably meant, out of what the actor
 * may see and the words that have synonyms. Null when there is nothing to replace.
 */
export async function correctQuery(
  ctx: Ctx,
  typed: string,
  query: SearchQuery,
  synonyms: Synonyms,
): Promise<Corrected | null> {
  const best = new Map<string, string>();
  const terms: Term[] = [];
  for (const [index, term] of query.terms.entries()) {
    const isLast = index === query.terms.length - 1;
    terms.push((await correctTerm(ctx, term, { isLast, synonyms, best })) ?? term);
  }
  if (best.size === 0) return null;
  const words = query.words.map((word) => best.get(word) ?? word);
  return { query: { ...query, terms, words }, text: correctedText(typed, best) };
}

type Tools = { isLast: boolean; synonyms: Synonyms; best: Map<string, string> };

async function correctTerm(ctx: Ctx, term: Term, { isLast, synonyms, best }: Tools): Promise<Term | null> {
  const [word, second] = term.typed;
  if (word === undefined) return null;
  if (second !== undefined) return correctParts(ctx, term, { isLast, synonyms, best });
  const meant = await readMeantWords(ctx, word, { isLast, synonyms });
  const [first] = meant;
  if (first === undefined) return null;
  best.set(word, first);
  const others = meant.flatMap((other) => [[other], ...meaningsOf(other, synonyms)]);
  const alternatives = others.map((words) => ({
    words,
    isPhrase: words.length > 1,
    mayGoOn: words.length === 1,
  }));
  return { ...term, alternatives: [...term.alternatives, ...alternatives] };
}

/** `paymnet-gateway`: each of its words by itself, the best one each. */
async function correctParts(ctx: Ctx, term: Term, { isLast, synonyms, best }: Tools): Promise<Term | null> {
  const words: string[] = [];
  for (const word of term.typed) {
    const [meant] = await readMeantWords(ctx, word, { isLast, synonyms });
    if (meant !== undefined) best.set(word, meant);
    words.push(meant ?? word);
  }
  if (!term.typed.some((word) => best.has(word))) return null;
  return { ...term, alternatives: [...term.alternatives, { words, isPhrase: false, mayGoOn: true }] };
}

const meaningsOf = (word: string, synonyms: Synonyms): string[][] =>
  synonyms
    .filter((group) => group.includes(word))
    .flatMap((group) => group.filter((other) => other !== word).map(wordsOf));

/** None for a word that something visible has or begins with. The operator uses the trigram indexes; its threshold is set with the connection. */
async function readMeantWords(
  ctx: Ctx,
  word: string,
  { isLast, synonyms }: { isLast: boolean; synonyms: Synonyms },
): Promise<string[]> {
  if (word.length < 4 || /\d{3}/.test(word)) return [];
  const begins = `${word}:*`;
  const [known] = await ctx.db.execute(sql`
    select 1 from entities e where e.search_words @@ to_tsquery('simple', ${begins}) and ${visibleTo(ctx.actor)} limit 1`);
  if (known) return [];
  const rows = await ctx.db.execute<{ text: string }>(sql`
    (select e.search_text as text from entities e where e.search_text %> ${word} and ${visibleTo(ctx.actor)}
      order by word_similarity(${word}, e.search_text) desc limit 300)
    union all
    (select lower(c.page_title || ' ' || c.title) from docs_sections c join docs_sites s on s.id = c.site_id
      join entities e on e.ref = s.entity_ref join locations l on l.id = s.location_id
      where lower(c.page_title || ' ' || c.title) %> ${word} and ${readableTo(ctx.actor)}
      order by word_similarity(${word}, lower(c.page_title || ' ' || c.title)) desc limit 100)`);
  const vocabulary = [...rows.flatMap(({ text }) => wordsOf(text)), ...synonyms.flat().flatMap(wordsOf)];
  return meantWords(word, vocabulary, { isLast });
}
