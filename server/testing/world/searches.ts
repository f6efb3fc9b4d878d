import { searchMisses } from "#db/schema/search.ts";
import type { Ctx } from "#server/core/context.ts";
import { saveSynonyms } from "#server/search/save-synonyms.ts";

export async function addSearches(ctx: Ctx): Promise<string> {
  const at = ctx.now();
  await ctx.db
    .insert(searchMisses)
    .values({ query: "looked for in vain", count: 1, firstAt: at, lastAt: at });
  return (await saveSynonyms(ctx, { words: ["our word", "their word"] })).id;
}
