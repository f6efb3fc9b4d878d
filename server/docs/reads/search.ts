import { type SQL, sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import type { SearchDocs } from "../inputs.ts";
import { markEnd, markStart } from "../model.ts";
import { readableTo } from "../policy.ts";

export type DocsHit = {
  ref: string;
  /** Of the documentation. */
  site: string;
  path: string;
  anchor: string | null;
  page: string;
  title: string;
  /** A piece of the text; what was found stands between `markStart` and `markEnd`. */
  snippet: string;
};

/**
 * Sections of pages that hold all words: each as a word, by its stem in English, and the last one also by its beginning,
 * since it is being typed. The best page first, at most three sections of one page.
 */
export async function searchDocs(ctx: Ctx, input: SearchDocs): Promise<DocsHit[]> {
  const query = queryOf(input.query);
  const ref = input.ref === undefined ? null : normaliseRef(input.ref);
  if (query === null || (input.ref !== undefined && ref === null)) return [];
  const within = ref === null ? sql`true` : sql`c.entity_ref = ${ref}`;
  const marks = `StartSel=${markStart}, StopSel=${markEnd}, MaxWords=28, MinWords=12, MaxFragments=1`;
  const rows = await ctx.db.execute<DocsHit>(sql`
    with found as materialized (
      select c.id, c.entity_ref, s.title as site, c.path, c.anchor, c.page_title, c.title,
        ts_rank(c.words, ${query}, 1) as rank,
        row_number() over (partition by c.site_id, c.path order by ts_rank(c.words, ${query}, 1) desc, c.id) as place
      from docs_sections c join docs_sites s on s.id = c.site_id
        join entities e on e.ref = s.entity_ref join locations l on l.id = s.location_id
      where c.words @@ ${query} and ${within} and ${readableTo(ctx.actor)}
    ), best as (select * from found where place <= 3 order by rank desc, id limit ${input.limit})
    select b.entity_ref as ref, b.site, b.path, b.anchor, b.page_title as page, b.title,
      ts_headline('english', left(c.text, 20000), ${query}, ${marks}) as snippet
    from best b join docs_sections c on c.id = b.id order by b.rank desc, b.id`);
  return [...rows];
}

/** Null where nothing was typed that could be looked for. */
function queryOf(typed: string): SQL | null {
  const words = typed
    .split(/[^\p{L}\p{N}_]+/u)
    .filter((word) => word !== "")
    .slice(0, 10)
    .map((word) => word.slice(0, 100));
  if (words.length === 0) return null;
  const each = words.map((word, index) => {
    const prefix = index === words.length - 1 ? `'${word}':*` : `'${word}'`;
    return sql`(to_tsquery('simple', ${prefix}) || plainto_tsquery('english', ${word}))`;
  });
  return sql`(${sql.join(each, sql` && `)})`;
}
