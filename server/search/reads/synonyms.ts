import { asc } from "drizzle-orm";
import { searchSynonyms } from "#db/schema/search.ts";
import type { Ctx } from "#server/core/context.ts";
import { sharedRead } from "#server/core/shared-read.ts";
import { maxSynonyms } from "../model.ts";
import { builtInSynonyms } from "../synonyms.ts";
import type { Synonyms } from "../understand-query.ts";

/** The built-in ones and those of the organisation. */
export function readSynonyms(ctx: Ctx): Promise<Synonyms> {
  return sharedRead(ctx.db, "search synonyms", () => readAll(ctx));
}

async function readAll(ctx: Ctx): Promise<Synonyms> {
  const own = await ctx.db
    .select({ words: searchSynonyms.words })
    .from(searchSynonyms)
    .orderBy(asc(searchSynonyms.id))
    .limit(maxSynonyms);
  return [...own.map(({ words }) => words), ...builtInSynonyms];
}
