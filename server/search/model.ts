/** Where something found belongs, in the order in which people see it. */
export const searchGroups = ["entries", "docs", "people", "templates"] as const;
export type SearchGroup = (typeof searchGroups)[number];

export const searchGroupWords: Readonly<Record<SearchGroup, string>> = {
  entries: "Services and entries",
  docs: "Documentation",
  people: "People and teams",
  templates: "Templates",
};

/** Of more than this many that fit, the rest is not looked at: numbers then are "about". */
export const searchCaps = { entries: 2_000, docs: 1_000 } as const;

/** Results are paged up to here; whoever needs more of them narrows the search. */
export const maxOffset = 500;

/** With fewer results than this, it is looked whether a word was mistyped. */
export const fewResults = 3;

export type EntryHit = {
  group: Exclude<SearchGroup, "docs">;
  ref: string;
  kind: string;
  name: string;
  title: string | null;
  type: string | null;
  owner: { ref: string; title: string | null } | null;
  /** A piece of its description; what was found stands between `markStart` and `markEnd`. */
  snippet: string | null;
  /** The person's own, or that of a team of theirs. */
  isMine: boolean;
  /** Its file is gone at the source. */
  isGone: boolean;
  trust: "fresh" | "fading" | "stale" | null;
  score: number;
};

export type PageHit = {
  group: "docs";
  /** The entry that the documentation is about, and what the documentation is called. */
  ref: string;
  site: string;
  path: string;
  anchor: string | null;
  page: string;
  /** The heading under which it was found. */
  title: string;
  snippet: string;
  isMine: boolean;
  score: number;
};

export type SearchHit = EntryHit | PageHit;

/** `isApplied`: nothing fits what was typed, so these are the results for what was probably meant. */
export type Correction = { query: string; isApplied: boolean };

export type SearchAnswer = {
  hits: SearchHit[];
  total: number;
  /** There are more than were counted. */
  isAbout: boolean;
  groups: Record<SearchGroup, number>;
  /** Of entries, people and templates: how many of each kind, the most frequent first. */
  kinds: { value: string; label: string; count: number }[];
  correction: Correction | null;
  nextOffset: number | null;
};

/** Control characters that mark a found word in a snippet; texts hold none. */
export const markStart = "\u0002";
export const markEnd = "\u0003";

export const withoutMarks = (snippet: string): string =>
  snippet.replaceAll(markStart, "").replaceAll(markEnd, "");

/** How often things are opened counts for half after a month: what people need changes with what they work on. */
export const pickHalfLifeDays = 30;

/** Misses are forgotten after so many days, and the list is no longer than this. */
export const missRules = { days: 90, rows: 5_000, characters: 80 } as const;

/** Groups of synonyms that an organisation may have: they are read with each search. */
export const maxSynonyms = 500;

const secretForms = [
  /^(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|pk_|akia|asia|eyj|mp_|npm_|-----begin)/i,
  /^[0-9a-f]{8}-[0-9a-f]{4}-/i,
  /^[0-9a-f]{12,}$/i,
  /:\/\/[^/\s]*@/,
];

/**
 * What is kept of a search that found nothing: in plain letters, cut. Null for what may be private and helps nobody: mail
 * addresses, tokens, hashes, and anything with many digits, such as numbers of phones, cards and accounts.
 */
export function keepableMiss(plain: string): string | null {
  const text = plain.replace(/\s+/g, " ").trim();
  if (text.length < 2 || text.length > 200 || text.includes("@")) return null;
  const digits = text.replace(/\D/g, "").length;
  if (digits >= 6 || (digits >= 4 && digits * 2 >= text.length)) return null;
  for (const word of text.split(/[\s"'=]+/)) {
    const isRandom = word.length >= 20 && (/\d/.test(word) || !/[-_./ ]/.test(word));
    if (isRandom || secretForms.some((form) => form.test(word))) return null;
  }
  return text.slice(0, missRules.characters).trim();
}
