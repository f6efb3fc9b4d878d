import { asc } from "drizzle-orm";
import { keptStatement } from "#db/kept-statement.ts";
import { searchSynonyms } from "#db/schema/search.ts";
import type { Ctx } from "#server/core/context.ts";
import { sharedRead } from "#server/core/shared-read.ts";
import { maxSynonyms } from "../model.ts";
import { builtInSynonyms } from "../synonyms.ts";
import type { Synonyms } from "../understand-query.ts";

const ownStatement = keptStatement((db) =>
  db
    .select({ words: searchSynonyms.words })
    .from(searchSynonyms)
    .orderBy(asc(searchSynonyms.id))
    .limit(maxSynonyms)
    .prepare("synonyms"),
);

/** The last ones that were read: the same list as long as they are the same, for what is made of them. */
let last: { own: string; all: Synonyms } | null = null;

/** The built-in ones and those of the organisation. */
export function readSynonyms(ctx: Ctx): Promise<Synonyms> {
  return sharedRead(ctx.db, "search synonyms", () => readAll(ctx));
}

async function readAll(ctx: Ctx): Promise<Synonyms> {
  const rows = await ownStatement(ctx.db).execute();
  const own = JSON.stringify(rows);
  if (last?.own !== own) last = { own, all: [...rows.map(({ words }) => words), ...builtInSynonyms] };
  return last.all;
}
