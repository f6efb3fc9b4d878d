import { type SQL, sql } from "drizzle-orm";
import { type Actor, isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { EntityFilter } from "../inputs.ts";
import type { FacetName, FlagName } from "../model.ts";
import { visibleTo } from "../policy.ts";
import { meantWords, plainText, prefixQuery, wordsOf } from "../search-text.ts";
import { isVisible } from "../visible-entities.ts";

/** Kinds for which an owner is expected: people and groups own, they are not owned. */
const ownableKinds = ["component", "api", "resource", "system", "domain", "template"] as const;

const textList = (values: readonly string[]): SQL =>
  sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  );
const lower = (values: readonly string[]) => values.map((value) => value.toLowerCase());

/**
 * Owners that can act: in the catalogue, their file there, and a group has people or teams in it. A catalogue without
 * any people says nothing about that, so the last rule then holds for nobody.
 */
export const livingOwners = (actor: Actor): SQL => sql`
  select o.ref from entities o
  where o.file_gone_at is null and o.ref in (select owner_ref from entities where owner_ref is not null)
    and (o.kind_key <> 'group'
      or exists (select 1 from entity_relations m where m.source_ref = o.ref and m.type in ('hasMember', 'parentOf'))
      or not exists (select 1 from entities p where ${allOf([sql`p.kind_key = 'user'`, isInsider(actor) ? null : isVisible(actor, sql`p`)])}))`;

/** Conditions on `entities e`, one for each state that is not a field. */
export function flagCondition(actor: Actor, flag: FlagName): SQL {
  switch (flag) {
    case "unowned":
      return sql`(e.kind_key in (${textList(ownableKinds)})
        and (e.owner_ref is null or e.owner_ref not in (${livingOwners(actor)})))`;
    case "gone":
      return sql`e.file_gone_at is not null`;
    case "problems":
      // What is wrong with a file may name entries that a guest does not see, so guests see no problems at all.
      return isInsider(actor)
        ? sql`e.ref in (select ref from entity_problems where ref is not null and severity <> 'info')`
        : sql`false`;
  }
}

const facetCondition: Readonly<Record<FacetName, (values: string[]) => SQL>> = {
  kind: (values) => sql`e.kind_key in (${textList(lower(values))})`,
  type: (values) => sql`e.type_key in (${textList(lower(values))})`,
  owner: (values) => sql`e.owner_ref in (${textList(lower(values))})`,
  lifecycle: (values) => sql`e.lifecycle_key in (${textList(lower(values))})`,
  tag: (values) => sql`e.tags && array[${textList(values)}]::text[]`,
  system: (values) => sql`e.system_ref in (${textList(lower(values))})`,
};

export const conditionOfFacet = (facet: FacetName, filter: EntityFilter): SQL | null =>
  filter[facet].length > 0 ? facetCondition[facet](filter[facet]) : null;

export const allOf = (conditions: readonly (SQL | null)[]): SQL =>
  sql.join(
    conditions.filter((condition) => condition !== null),
    sql` and `,
  );

/** How a text query is answered: its condition on `entities e`, and how well an entry fits. */
export type Search = { condition: SQL; rank: SQL };

/**
 * Finds by words that begin with what was typed; when no entry has them all, by the words that were probably meant;
 * when there are none of those either, by names that look alike.
 */
export async function searchFor(ctx: Ctx, query: string): Promise<Search | null> {
  if (query.trim() === "") return null;
  const words = wordsOf(query).slice(0, 10);
  if (words.length === 0) return { condition: sql`false`, rank: sql`0` };
  const typed = await searchWords(
    ctx,
    query,
    words.map((word) => [word]),
  );
  if (typed) return typed;
  const meant: string[][] = [];
  for (const word of words) meant.push([word, ...(await readMeantWords(ctx, word))]);
  const corrected = await searchWords(ctx, query, meant);
  if (corrected) return corrected;
  const alike = words.map((word) => sql`word_similarity(${word}, e.search_text)`);
  return {
    condition: allOf(
      words.map((word) => sql`e.search_text %> ${word} and word_similarity(${word}, e.search_text) > 0.45`),
    ),
    rank: sql.join(alike, sql` + `),
  };
}

async function searchWords(ctx: Ctx, query: string, groups: string[][]): Promise<Search | null> {
  const prefixes = prefixQuery(groups);
  const condition = sql`e.search_words @@ to_tsquery('simple', ${prefixes})`;
  const [hit] = await ctx.db.execute(
    sql`select 1 from entities e where ${visibleTo(ctx.actor)} and ${condition} limit 1`,
  );
  return hit ? { condition, rank: rankByWords(plainText(query.trim()), prefixes) } : null;
}

/** Words of names that are like a word with a typing error. The operator uses the trigram index; its threshold is low and set with the connection. */
async function readMeantWords(ctx: Ctx, word: string): Promise<string[]> {
  const rows = await ctx.db.execute<{ text: string }>(sql`
    select e.search_text as text from entities e where ${visibleTo(ctx.actor)} and e.search_text %> ${word}
    order by word_similarity(${word}, e.search_text) desc limit 300`);
  return meantWords(
    word,
    rows.flatMap(({ text }) => wordsOf(text)),
  );
}

/** The whole name comes first, then names that begin so, then the weight of the words that fit. */
const rankByWords = (plain: string, prefixes: string): SQL =>
  sql`(case when e.name_key = ${plain} then 8
      when starts_with(e.display_key, ${plain}) or starts_with(e.name_key, ${plain}) then 4 else 0 end
    + ts_rank(e.search_words, to_tsquery('simple', ${prefixes})))`;

/** The whole filter as one condition on `entities e`. */
export function filterCondition(ctx: Ctx, filter: EntityFilter, search: Search | null): SQL {
  return allOf([
    visibleTo(ctx.actor),
    search?.condition ?? null,
    ...(["kind", "type", "owner", "lifecycle", "tag", "system"] as const).map((facet) =>
      conditionOfFacet(facet, filter),
    ),
    ...filter.is.map((flag) => flagCondition(ctx.actor, flag)),
  ]);
}
