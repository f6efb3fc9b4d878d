import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { plainText, wordsOf } from "#server/catalog/search-text.ts";

/** One way to say a term: words of which all have to be there, as a phrase one after the other. */
export type Alternative = { words: readonly string[]; isPhrase: boolean; mayGoOn: boolean };

/** What has to be found in one of several ways. `typed` is empty for what came in quotes, which is never corrected. */
export type Term = { alternatives: readonly Alternative[]; typed: readonly string[] };

export const filterNames = ["kind", "type", "owner", "tag", "system", "lifecycle", "is"] as const;
export type FilterName = (typeof filterNames)[number];
export type SearchFilters = Record<FilterName, string[]>;

export type SearchQuery = {
  terms: Term[];
  filters: SearchFilters;
  /** The typed words in plain letters, without what narrows: for comparing with whole names. */
  words: string[];
  /** The whole of what was typed is a reference such as `api:default/orders`. */
  ref: string | null;
};

export type Synonyms = readonly (readonly string[])[];

const maxTerms = 10;
const tokenPattern = /(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/giu;

type Token = { key: string | null; text: string; isQuoted: boolean };

/**
 * Parts what somebody typed into words, "phrases" and filters such as `kind:api owner:payments tag:java`. A filter whose
 * value is still being typed narrows nothing.
 */
export function understandQuery(typed: string, synonyms: Synonyms): SearchQuery {
  const filters: SearchFilters = {
    kind: [],
    type: [],
    owner: [],
    tag: [],
    system: [],
    lifecycle: [],
    is: [],
  };
  const words: Token[] = [];
  for (const token of tokensOf(typed)) {
    const name = filterNames.find((known) => known === token.key);
    if (name === undefined) words.push(token);
    else if (token.text !== "") filters[name].push(token.text);
  }
  const terms = termsOf(words, synonyms);
  const isRef = /^[a-z][\w-]*:[^\s"]+$/i.test(typed.trim()) && words.length === 1;
  return {
    terms: terms.slice(0, maxTerms),
    filters,
    words: words.flatMap(({ text }) => wordsOf(text)).slice(0, maxTerms),
    ref: isRef ? normaliseRef(typed.trim()) : null,
  };
}

function tokensOf(typed: string): Token[] {
  const tokens: Token[] = [];
  for (const [whole, rawKey, quoted, bare] of typed.matchAll(tokenPattern)) {
    const key = rawKey?.toLowerCase() ?? null;
    const isFilter = filterNames.some((name) => name === key);
    const unfinished = /^([a-z]+):$/i.exec(whole)?.[1]?.toLowerCase();
    if (unfinished !== undefined && filterNames.some((name) => name === unfinished)) continue;
    if (key !== null && !isFilter) tokens.push({ key: null, text: whole, isQuoted: false });
    else tokens.push({ key, text: (quoted ?? bare ?? "").trim(), isQuoted: quoted !== undefined });
  }
  return tokens;
}

function termsOf(tokens: readonly Token[], synonyms: Synonyms): Term[] {
  const byWords = synonymsByWords(synonyms);
  const terms: Term[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (!token) continue;
    if (token.isQuoted) {
      const words = wordsOf(token.text);
      if (words.length > 0)
        terms.push({ alternatives: [{ words, isPhrase: true, mayGoOn: false }], typed: [] });
      continue;
    }
    const long = longestMeaning(tokens.slice(at, at + 3), byWords);
    const said = tokens.slice(at, at + long.tokens);
    const term = termOf(said, long.others);
    if (term) terms.push(term);
    at += long.tokens - 1;
  }
  return terms;
}

/** "load balancer" is one meaning, where its two words by themselves are two. */
function longestMeaning(tokens: readonly Token[], byWords: ReadonlyMap<string, string[]>) {
  for (let count = tokens.length; count > 0; count -= 1) {
    const said = tokens.slice(0, count);
    if (said.some(({ isQuoted }) => isQuoted)) continue;
    const others = byWords.get(said.map(({ text }) => plainText(text)).join(" "));
    if (others) return { tokens: count, others };
  }
  return { tokens: 1, others: [] };
}

function termOf(said: readonly Token[], others: readonly string[]): Term | null {
  const text = said.map((token) => token.text).join(" ");
  const parted = wordsOf(text);
  const together = wordsOf(text.toLowerCase());
  if (parted.length === 0) return null;
  const alternatives: Alternative[] = [{ words: parted, isPhrase: false, mayGoOn: true }];
  // "GitHub" is in names as git and hub or as github.
  if (together.join(" ") !== parted.join(" "))
    alternatives.push({ words: together, isPhrase: false, mayGoOn: true });
  for (const other of others) {
    const words = wordsOf(other);
    alternatives.push({
      words,
      isPhrase: words.length > 1,
      mayGoOn: words.length === 1 && other.length >= 5,
    });
  }
  return { alternatives, typed: together };
}

const byWordsOf = new WeakMap<Synonyms, Map<string, string[]>>();

/** Of each word the other words of the same meaning; a word may have several meanings. Made once for each list. */
function synonymsByWords(synonyms: Synonyms): Map<string, string[]> {
  const known = byWordsOf.get(synonyms) ?? groupByWords(synonyms);
  byWordsOf.set(synonyms, known);
  return known;
}

function groupByWords(synonyms: Synonyms): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const group of synonyms)
    for (const word of group) {
      const others = group.filter((other) => other !== word);
      found.set(word, [...new Set([...(found.get(word) ?? []), ...others])]);
    }
  return found;
}

/** The terms as a query of PostgreSQL's `simple` configuration. Words are letters and digits alone, so nothing needs quoting. */
export function queryText(
  terms: readonly Term[],
  options: { weights?: string; isWhole?: boolean } = {},
): string {
  const { weights = "", isWhole = false } = options;
  const one = (word: string, goesOn: boolean) => {
    const flags = `${goesOn && !isWhole ? "*" : ""}${weights}`;
    return flags ? `${word}:${flags}` : word;
  };
  return terms
    .map(({ alternatives }) =>
      alternatives
        .map(
          ({ words, isPhrase, mayGoOn }) =>
            `(${words.map((word) => one(word, mayGoOn && !isPhrase)).join(isPhrase ? " <-> " : " & ")})`,
        )
        .join(" | "),
    )
    .map((term) => `(${term})`)
    .join(" & ");
}

/** What was typed with some words put right; quoted parts and filters stay as they are. */
export function correctedText(typed: string, meant: ReadonlyMap<string, string>): string {
  return tokensOf(typed)
    .map((token) => {
      const text = token.isQuoted ? `"${token.text}"` : token.text;
      if (token.key !== null) return `${token.key}:${text}`;
      if (token.isQuoted) return text;
      const words = wordsOf(token.text.toLowerCase());
      return words.some((word) => meant.has(word))
        ? words.map((word) => meant.get(word) ?? word).join(" ")
        : text;
    })
    .join(" ");
}
