import { type SQL, sql } from "drizzle-orm";
import { askKept } from "#db/kept-statement.ts";
import { allOf } from "#server/catalog/reads/filter-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { sharedRead } from "#server/core/shared-read.ts";
import { markEnd, markStart, type PageHit, searchCaps } from "../model.ts";
import { readableTo } from "../policy.ts";
import type { SearchQuery, Term } from "../understand-query.ts";
import { isMine, kindsOf, narrowed } from "./narrow.ts";
import { beginsAsOneOf, isOneOf, namesOf, ofTrust, ofUse, points } from "./ranking.ts";

export type FoundPages = { items: PageHit[]; total: number };

/**
 * Pages of documentation that hold all terms under one heading: each by its beginning and by its stem in English, at the
 * heading that fits best. Never kept: who may read a repository changes at its host.
 */
export async function findPages(
  ctx: Ctx,
  query: SearchQuery,
  wanted: { offset: number; limit: number },
): Promise<FoundPages> {
  const typedKinds = kindsOf(query.filters.kind);
  if (query.terms.length === 0 || (typedKinds.length > 0 && !typedKinds.includes("docs")))
    return { items: [], total: 0 };
  const match = sectionQuery(query.terms, "");
  // Most searches hit no page at all: that is known without asking who may read what, which costs most of the planning.
  if (!(await hasSection(ctx, query.terms, match))) return { items: [], total: 0 };
  const names = namesOf(query.words);
  const title = sql`lower(c.page_title)`;
  const heading = sql`lower(c.title)`;
  const marks = `StartSel=${markStart}, StopSel=${markEnd}, MaxWords=28, MinWords=12, MaxFragments=1`;
  const rows = await ctx.db.execute<PageHit & { total: number }>(sql`
    with found as materialized (
      select c.id, c.site_id, c.path, s.title as site, ${isMine(ctx.actor)} as "isMine",
        (case when ${isOneOf(title, names)} or ${isOneOf(heading, names)} then ${points.page.wholeTitle}::real
          when ${beginsAsOneOf(title, names)} or ${beginsAsOneOf(heading, names)} then ${points.page.titleBegins}::real
          when c.words @@ ${sectionQuery(query.terms, "A")} then ${points.page.inTitle}::real
          else ${points.page.inText}::real end
          + ${points.closeness}::real * least(1, ts_rank(c.words, ${match}, 1)) + ${ofTrust} + ${ofUse(ctx.now().toISOString())}
          + case when ${isMine(ctx.actor)} then ${points.mine}::real else 0 end)::real as score
      from docs_sections c join docs_sites s on s.id = c.site_id
        join entities e on e.ref = s.entity_ref join locations l on l.id = s.location_id
        left join entity_trust t on t.ref = e.ref left join search_picks p on p.target = c.entity_ref || '#' || c.path
      where c.words @@ ${match} and ${allOf([readableTo(ctx.actor), narrowed(ctx.actor, query.filters)])}
      limit ${searchCaps.docs}
    ), pages as (
      select distinct on (site_id, path) * from found order by site_id, path, score desc, id
    ), shown as (
      select *, (count(*) over ())::int as total from pages order by score desc, id limit ${wanted.limit} offset ${wanted.offset}
    )
    select 'docs' as "group", c.entity_ref as ref, h.site, c.path, c.anchor, c.page_title as page, c.title, h."isMine", h.score,
      ts_headline('english', left(c.text, 20000), ${match}, ${marks}) as snippet, h.total
    from shown h join docs_sections c on c.id = h.id order by h.score desc, h.id`);
  const items = rows.map(({ total: _, ...hit }) => hit);
  const [first] = rows;
  return { items, total: first?.total ?? (wanted.offset > 0 ? await countPages(ctx, query) : 0) };
}

/** The same for everybody, so those who ask at the same time share one look. */
const hasSection = (ctx: Ctx, terms: readonly Term[], match: SQL): Promise<boolean> =>
  sharedRead(ctx.db, `docs section ${JSON.stringify(terms)}`, async () => {
    const rows = await askKept(ctx.db, sql`select 1 from docs_sections c where c.words @@ ${match} limit 1`);
    return rows.length > 0;
  });

/** Only for a stretch behind the last one, where no row tells the number. */
const countPages = async (ctx: Ctx, query: SearchQuery) =>
  (await findPages(ctx, query, { offset: 0, limit: 1 })).total;

/** Each term in plain form and, for single words, by its stem. `weights` "A" looks at titles and headings alone. */
export function sectionQuery(terms: readonly Term[], weights: "" | "A"): SQL {
  const flag = (rest: string) => (rest + weights === "" ? "" : `:${rest}${weights}`);
  const each = terms.map(({ alternatives }) => {
    const ways = alternatives.flatMap(({ words, isPhrase, mayGoOn }) => {
      const joined = words
        .map((word) => `${word}${flag(mayGoOn && !isPhrase ? "*" : "")}`)
        .join(isPhrase ? " <-> " : " & ");
      const plain = sql`to_tsquery('simple', ${joined})`;
      const [word] = words;
      if (isPhrase || words.length !== 1 || word === undefined) return [plain];
      return [plain, sql`to_tsquery('english', ${`${word}${flag("")}`})`];
    });
    return sql`(${sql.join(ways, sql` || `)})`;
  });
  return sql`(${sql.join(each, sql` && `)})`;
}
