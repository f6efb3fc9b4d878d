import { type SQL, sql } from "drizzle-orm";
import { type AnswerText, cachedAnswer } from "#server/catalog/reads/cached-answer.ts";
import { allOf } from "#server/catalog/reads/filter-entities.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { type EntryHit, markEnd, markStart, type SearchGroup, searchCaps } from "../model.ts";
import { visibleTo } from "../policy.ts";
import { queryText, type SearchQuery } from "../understand-query.ts";
import { groupOfKind, isMine, kindsOf, narrowed, ownRefs } from "./narrow.ts";
import { beginsAsOneOf, isOneOf, namesOf, ofKind, ofTrust, ofUse, points } from "./ranking.ts";

/** Which of what fits is wanted: the best of each group, or a stretch of the whole. */
export type Wanted = {
  in?: SearchGroup | undefined;
  kind: readonly string[];
  offset: number;
  limit: number;
  isByGroup: boolean;
};

export type FoundEntries = {
  items: EntryHit[];
  kinds: { value: string; label: string; count: number; group: EntryHit["group"] }[];
  /** Of the wanted group and kinds. */
  total: number;
};

/** How candidates are found and how well each fits. */
type Match = { condition: SQL; score: SQL; headline: SQL };

const nothing: FoundEntries = { items: [], kinds: [], total: 0 };

/**
 * Entries, people and templates that fit, the best first, with how many there are of each kind. At most `searchCaps.entries`
 * candidates come from the index of words; those whose name begins so are among them however many there are. Kept until
 * the catalogue changes, and no longer than a minute, since trust and use move by themselves.
 */
export async function findEntries(ctx: Ctx, query: SearchQuery, wanted: Wanted): Promise<FoundEntries> {
  const only = narrowed(ctx.actor, query.filters);
  if (query.terms.length === 0 && only === null && query.filters.kind.length === 0 && query.ref === null)
    return nothing;
  return run(ctx, query, wanted, "words", () => ({
    match: query.terms.length > 0 ? matchByWords(query) : matchByFilters,
    byName: nameBegins(query),
    only,
  }));
}

/** Names that look alike, for what no word fits. */
export async function findAlike(ctx: Ctx, query: SearchQuery, wanted: Wanted): Promise<FoundEntries> {
  const words = query.terms.flatMap(({ typed }) => typed);
  if (words.length === 0 || query.terms.some(({ typed }) => typed.length === 0)) return nothing;
  return run(ctx, query, wanted, "alike", () => ({
    match: matchAlike(words),
    byName: null,
    only: narrowed(ctx.actor, query.filters),
  }));
}

function matchAlike(words: readonly string[]): Match {
  const alike = words.map((word) => sql`word_similarity(${word}, e.search_text)`);
  const condition = allOf(
    words.map((word) => sql`e.search_text %> ${word} and word_similarity(${word}, e.search_text) > 0.45`),
  );
  const score = sql`${points.alike}::real * (${sql.join(alike, sql` + `)}) / ${words.length}::int`;
  return { condition, score, headline: sql`left(e.description, 200)` };
}

const matchByFilters: Match = {
  condition: sql`true`,
  score: sql`0::real`,
  headline: sql`left(e.description, 200)`,
};

function matchByWords({ terms, words }: SearchQuery): Match {
  const tsquery = (options: Parameters<typeof queryText>[1]) =>
    sql`to_tsquery('simple', ${queryText(terms, options)})`;
  const all = tsquery({});
  const names = namesOf(words);
  const marks = `StartSel=${markStart}, StopSel=${markEnd}, MaxWords=26, MinWords=12`;
  return {
    condition: sql`e.search_words @@ ${all}`,
    score: sql`(case
      when ${isOneOf(sql`e.name_key`, names)} or ${isOneOf(sql`e.display_key`, names)} then ${points.wholeName}::real
      when ${beginsAsOneOf(sql`e.name_key`, names)} or ${beginsAsOneOf(sql`e.display_key`, names)}
        then ${points.nameBegins}::real + 10 * least(1, ${words.join("-").length}::real / greatest(1, length(e.name_key)))
      when e.search_words @@ ${tsquery({ weights: "A" })} then ${points.inName}::real
      when e.search_words @@ ${tsquery({ weights: "AB" })} then ${points.inFacts}::real
      else ${points.inText}::real end
      + case when e.search_words @@ ${tsquery({ isWhole: true })} then ${points.wholeWords}::real else 0 end
      + ${points.closeness}::real * least(1, ts_rank(e.search_words, ${all})))`,
    headline: sql`ts_headline('simple', left(translate(e.description, ${markStart + markEnd}, ''), 4000), ${all}, ${marks})`,
  };
}

/** What the index of words could leave out when there is very much: names that begin as typed, and the reference itself. */
function nameBegins({ words, ref }: SearchQuery): SQL | null {
  if (ref !== null) return sql`e.ref = ${ref}`;
  const begin = words.join("-");
  if (begin === "") return null;
  const end = `${begin}\u{10ffff}`;
  return sql`(e.name_key >= ${begin} and e.name_key < ${end})`;
}

type Plan = { match: Match; byName: SQL | null; only: SQL | null };

/** `plan` is made only for what is not kept. */
async function run(
  ctx: Ctx,
  query: SearchQuery,
  wanted: Wanted,
  name: "words" | "alike",
  plan: () => Plan,
): Promise<FoundEntries> {
  // Whole minutes, so that the same question is the same for a while.
  const at = new Date(Math.floor(ctx.now().getTime() / 60_000) * 60_000).toISOString();
  const asked = ["search", name, query, wanted, ownRefs(ctx.actor), at];
  const answer = await cachedAnswer(ctx, asked, async () => {
    const statement = statementOf(ctx, { query, wanted, plan: plan(), at });
    const [row] = await ctx.db.execute<{ answer: string }>(statement);
    return { text: row?.answer ?? JSON.stringify(nothing), mayKeep: true };
  });
  const found = readEntries.get(answer) ?? (JSON.parse(answer.text) as FoundEntries);
  readEntries.set(answer, found);
  return found;
}

/** What kept answers say. Nobody changes it: everybody who asks the same gets the same object. */
const readEntries = new WeakMap<AnswerText, FoundEntries>();

type Asked = { query: SearchQuery; wanted: Wanted; plan: Plan; at: string };

function statementOf(ctx: Ctx, { query, wanted, plan: { match, byName, only }, at }: Asked): SQL {
  const { actor } = ctx;
  const typedKinds = kindsOf(query.filters.kind);
  const always = allOf([
    visibleTo(actor),
    only,
    typedKinds.length > 0 ? sql`e.kind_key = any(${sql.param(typedKinds)}::text[])` : null,
  ]);
  const scored = (condition: SQL, cap: number) => sql`(
    select e.id, e.ref, e.kind, e.kind_key, e.display_key, ${groupOfKind} as "group", ${isMine(actor)} as "isMine", t.state as trust,
      (${match.score} + ${ofKind} + ${ofTrust} + ${ofUse(at)}
        + case when ${isMine(actor)} then ${points.mine}::real else 0 end
        + case when e.file_gone_at is null then 0 else ${points.gone}::real end)::real as score
    from (select e.id, e.ref, e.kind, e.kind_key, e.display_key, e.name_key, e.owner_ref, e.file_gone_at, e.search_words, e.search_text
        from entities e where ${condition} and ${always} limit ${cap}) e
      left join lateral (select confidence, state from entity_trust where ref = e.ref limit 1) t on true
      left join lateral (select weight, picked_at from search_picks where target = e.ref limit 1) p on true)`;
  const found = byName
    ? sql`${scored(match.condition, searchCaps.entries)} union ${scored(byName, 200)}`
    : scored(match.condition, searchCaps.entries);
  const kinds = kindsOf(wanted.kind);
  const chosen = allOf([
    wanted.in ? sql`"group" = ${wanted.in}` : sql`true`,
    kinds.length > 0 ? sql`kind_key = any(${sql.param(kinds)}::text[])` : null,
  ]);
  const place = wanted.isByGroup ? sql`place_in_group` : sql`place`;
  const order = sql`order by score desc, display_key, ref`;
  // Candidates and laterals with limits of their own keep the planner at the indexes, however few rows it expects.
  return sql`
    with found as materialized (${found}),
    placed as (
      select *, row_number() over (${order}) as place, row_number() over (partition by "group" ${order}) as place_in_group
      from found where ${chosen}
    ), shown as (select * from placed where ${place} > ${wanted.offset} and ${place} <= ${wanted.offset + wanted.limit})
    select json_build_object(
      'total', (select count(*)::int from found where ${chosen}),
      'kinds', coalesce((select json_agg(json_build_object('value', kind_key, 'label', label, 'count', count, 'group', "group")
        order by count desc, kind_key)
        from (select kind_key, min(kind) as label, count(*)::int as count, min("group") as "group" from found group by kind_key) k), '[]'),
      'items', coalesce((select json_agg(json_build_object('group', s."group", 'ref', e.ref, 'kind', e.kind, 'name', e.name,
        'title', e.title, 'type', e.type, 'snippet', ${match.headline}, 'isMine', s."isMine", 'isGone', e.file_gone_at is not null,
        'trust', s.trust, 'score', s.score,
        'owner', case when e.owner_ref is null then null else json_build_object('ref', e.owner_ref, 'title', (
          select coalesce(o.title, o.name) from entities o where o.ref = e.owner_ref and ${isVisible(actor, sql`o`)})) end)
        order by s.place)
        from shown s cross join lateral (
          select ref, kind, name, title, type, description, owner_ref, file_gone_at from entities where id = s.id limit 1) e), '[]'))::text as answer`;
}
