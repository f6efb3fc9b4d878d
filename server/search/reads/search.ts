import type { Ctx } from "#server/core/context.ts";
import type { Search, SearchGroups } from "../inputs.ts";
import {
  type Correction,
  fewResults,
  maxOffset,
  type SearchAnswer,
  type SearchHit,
  searchCaps,
  searchGroups,
} from "../model.ts";
import { type SearchQuery, understandQuery } from "../understand-query.ts";
import { correctQuery } from "./corrections.ts";
import { type FoundEntries, findAlike, findEntries, type Wanted } from "./find-entries.ts";
import { type FoundPages, findPages } from "./find-pages.ts";
import { kindsOf } from "./narrow.ts";
import { readSynonyms } from "./synonyms.ts";

/** A stretch of everything that fits, the best first. */
export function search(ctx: Ctx, { query, in: group, kind, offset, limit }: Search): Promise<SearchAnswer> {
  return answer(ctx, query, { in: group, kind, offset, limit, isByGroup: false });
}

/** The best of each group, for a box that answers while somebody types. */
export function searchByGroup(ctx: Ctx, { query, limit }: SearchGroups): Promise<SearchAnswer> {
  return answer(ctx, query, { kind: [], offset: 0, limit, isByGroup: true });
}

type Found = { entries: FoundEntries; pages: FoundPages };

const sumOf = ({ kinds }: FoundEntries) => kinds.reduce((sum, { count }) => sum + count, 0);
const sizeOf = ({ entries, pages }: Found) => sumOf(entries) + pages.total;

async function answer(ctx: Ctx, typed: string, wanted: Wanted): Promise<SearchAnswer> {
  const synonyms = await readSynonyms(ctx);
  const query = understandQuery(typed, synonyms);
  const found = await findAll(ctx, query, wanted);
  if (sizeOf(found) >= fewResults || query.terms.length === 0) return put(found, wanted, null);
  const corrected = await correctQuery(ctx, typed, query, synonyms);
  if (corrected) {
    const better = await findAll(ctx, corrected.query, wanted);
    if (sizeOf(better) > sizeOf(found)) {
      const isApplied = sizeOf(found) === 0;
      return put(isApplied ? better : found, wanted, { query: corrected.text, isApplied });
    }
  }
  if (sizeOf(found) > 0) return put(found, wanted, null);
  return put({ entries: await findAlike(ctx, query, wanted), pages: found.pages }, wanted, null);
}

/** Of both sources as many as could come first, so that they can be merged; and how many each has, also of what is not asked for. */
async function findAll(ctx: Ctx, query: SearchQuery, wanted: Wanted): Promise<Found> {
  const isMerged = !wanted.isByGroup && wanted.in === undefined;
  const stretch = isMerged ? { offset: 0, limit: wanted.offset + wanted.limit } : wanted;
  const hasPages = asksForPages(wanted);
  const [entries, pages] = await Promise.all([
    findEntries(ctx, query, { ...wanted, ...stretch }),
    findPages(ctx, query, hasPages ? stretch : { offset: 0, limit: 1 }),
  ]);
  return { entries, pages: hasPages ? pages : { ...pages, items: [] } };
}

const asksForPages = (wanted: Wanted) => {
  const kinds = kindsOf(wanted.kind);
  if (wanted.in !== undefined && wanted.in !== "docs") return false;
  return kinds.length === 0 || kinds.includes("docs");
};

function put({ entries, pages }: Found, wanted: Wanted, correction: Correction | null): SearchAnswer {
  const groups = Object.fromEntries(searchGroups.map((group) => [group, 0])) as SearchAnswer["groups"];
  for (const { group, count } of entries.kinds) groups[group] += count;
  groups.docs = pages.total;
  const total = entries.total + (asksForPages(wanted) ? pages.total : 0);
  const end = wanted.offset + wanted.limit;
  return {
    hits: merge(entries, pages, wanted),
    total,
    isAbout: sumOf(entries) >= searchCaps.entries || pages.total >= searchCaps.docs,
    groups,
    kinds: entries.kinds.map(({ value, label, count }) => ({ value, label, count })),
    correction,
    nextOffset: !wanted.isByGroup && end < total && end <= maxOffset ? end : null,
  };
}

function merge(entries: FoundEntries, pages: FoundPages, wanted: Wanted): SearchHit[] {
  const hits: SearchHit[] = [...entries.items, ...pages.items].sort((a, b) => b.score - a.score);
  if (wanted.isByGroup || wanted.in !== undefined) return hits;
  return hits.slice(wanted.offset, wanted.offset + wanted.limit);
}
