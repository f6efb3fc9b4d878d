import { desc, sql } from "drizzle-orm";
import { searchMisses, searchSynonyms } from "#db/schema/search.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { maxSynonyms, missRules } from "../model.ts";
import { keepSearchRefusal } from "../policy.ts";
import { builtInSynonyms } from "../synonyms.ts";

export type SearchMiss = { query: string; count: number; lastAt: Date };

export type SynonymRow = { id: string; words: string[]; changedAt: Date; changedByName: string };

export type KeptSearches = {
  misses: SearchMiss[];
  /** Of all that are kept. */
  total: number;
  synonyms: SynonymRow[];
  builtIn: readonly (readonly string[])[];
};

/** What people look for and do not find, the most frequent first, and what means the same. */
export async function readKeptSearches(ctx: Ctx): Promise<KeptSearches> {
  ensure(keepSearchRefusal(ctx.actor));
  const kept = sql`${searchMisses.lastAt} > ${ctx.now().toISOString()}::timestamptz - make_interval(days => ${missRules.days})`;
  const misses = await ctx.db
    .select({ query: searchMisses.query, count: searchMisses.count, lastAt: searchMisses.lastAt })
    .from(searchMisses)
    .where(kept)
    .orderBy(desc(searchMisses.count), desc(searchMisses.lastAt), searchMisses.query)
    .limit(200);
  const synonyms = await ctx.db
    .select({
      id: searchSynonyms.id,
      words: searchSynonyms.words,
      changedAt: searchSynonyms.changedAt,
      changedByName: searchSynonyms.changedByName,
    })
    .from(searchSynonyms)
    .orderBy(desc(searchSynonyms.changedAt), searchSynonyms.id)
    .limit(maxSynonyms);
  return { misses, total: await ctx.db.$count(searchMisses, kept), synonyms, builtIn: builtInSynonyms };
}
