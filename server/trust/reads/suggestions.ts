import { type SQL, sql } from "drizzle-orm";
import { mayReadRepository } from "#server/catalog/reads/readable-sources.ts";
import type { Ctx } from "#server/core/context.ts";

/** Why a team might be the one: in words, for the page and for the record. */
export type OwnerEvidence = { kind: EvidenceKind; words: string };
export type OwnerSuggestion = { ownerRef: string; title: string; evidence: OwnerEvidence[] };

export const evidenceKinds = [
  "works there",
  "on-call",
  "code owners",
  "was owner",
  "system",
  "former team",
  "neighbours",
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** What says most about who answers for something today comes first; only an order, never shown as a number. */
const weights: Readonly<Record<EvidenceKind, number>> = {
  "works there": 4,
  "on-call": 4,
  "code owners": 4,
  "former team": 2,
  system: 2,
  "was owner": 2,
  neighbours: 1,
};

/** Annotations that name who is called; equal ones on something else tell who answers there. */
const onCallKeys = [
  "pagerduty.com/service-id",
  "pagerduty.com/integration-key",
  "opsgenie.com/team",
  "opsgenie.com/component-selector",
  "grafana/oncall-schedule",
  "victorops.com/team",
].map((key) => `metadata.annotations.${key}`);

const mostSuggestions = 4;
const recentMonths = 6;

/** Teams that may take these entries over, each with its evidence, the likeliest first. Living teams of the catalogue only. */
export async function readSuggestions(
  ctx: Ctx,
  refs: readonly string[],
): Promise<Map<string, OwnerSuggestion[]>> {
  if (refs.length === 0) return new Map();
  const rows = await ctx.db.execute<{
    ref: string;
    ownerRef: string;
    title: string;
    kind: EvidenceKind;
    words: string;
  }>(sql`
    with wanted as materialized (
      select e.id, e.uid, e.ref, e.owner_ref, e.system_ref, e.project_slug, e.location_id, e.file from entities e
      where e.ref = any(${sql.param([...refs])}::text[])
    ), looked as materialized (
      select w.ref, w.file, s.slug, d.evidence from wanted w join locations l on l.id = w.location_id
      join source_repositories s on (s.id = l.repository_id or s.slug = w.project_slug) and ${mayReadRepository(ctx.actor, sql`s.id`)}
      join discovered_repositories d on d.repository_id = s.id
    ), found(ref, group_ref, kind, words) as (${evidenceQuery(ctx)})
    select f.ref, g.ref as "ownerRef", coalesce(g.title, g.name) as title, f.kind, min(f.words) as words
    from found f join wanted w on w.ref = f.ref
    join entities g on g.ref = f.group_ref and g.kind_key = 'group' and g.file_gone_at is null
    where g.ref is distinct from w.owner_ref
      or exists (select 1 from ownership_reviews o where o.entity_ref = w.ref and o.resolved_at is null)
    group by f.ref, g.ref, g.title, g.name, f.kind`);
  const suggestions = new Map<string, OwnerSuggestion[]>();
  for (const [ref, own] of Map.groupBy(rows, (row) => row.ref)) {
    const byOwner = [...Map.groupBy(own, (row) => row.ownerRef)].map(([ownerRef, found]) => ({
      ownerRef,
      title: found[0]?.title ?? ownerRef,
      evidence: found
        .map(({ kind, words }) => ({ kind, words }))
        .sort((a, b) => weights[b.kind] - weights[a.kind]),
    }));
    const weightOf = ({ evidence }: OwnerSuggestion) =>
      evidence.reduce((sum, { kind }) => sum + weights[kind], 0);
    byOwner.sort((a, b) => weightOf(b) - weightOf(a) || (a.ownerRef < b.ownerRef ? -1 : 1));
    suggestions.set(ref, byOwner.slice(0, mostSuggestions));
  }
  return suggestions;
}

/**
 * What the look at a repository found (discovered_repositories.evidence): teams of its recent authors, and the last rule of
 * CODEOWNERS that is for everything or for a folder above the entry's file.
 */
const lookedAt = sql`
  select k.ref, m.target_ref, 'works there', 'People of this team committed to ' || k.slug || ' lately'
    from looked k cross join lateral jsonb_array_elements(k.evidence #> '{authors,people}') as a(person)
    join lateral (
      select e.ref from entities e where e.kind_key = 'user' and e.name_key = lower(a.person ->> 'login')
      union select e.ref from entity_fields f join entities e on e.id = f.entity_id and e.kind_key = 'user'
        where f.key = 'metadata.annotations.github.com/user-login' and f.value = lower(a.person ->> 'login')) as u on true
    join entity_relations m on m.source_ref = u.ref and m.type = 'memberOf'
  union all
  select k.ref, g.ref, 'code owners', (k.evidence #>> '{codeOwners,path}') || ', line ' || c.line || ' names ' || c.owner || ' for ' || c.pattern
    from looked k cross join lateral (
      select r.rule ->> 'pattern' as pattern, (r.rule ->> 'line')::int as line, o.owner
      from jsonb_array_elements(k.evidence #> '{codeOwners,rules}') as r(rule)
      cross join lateral jsonb_array_elements_text(r.rule -> 'owners') as o(owner)
      where o.owner like '@%/%' and (r.rule ->> 'pattern' in ('*', '**', '/*', '/**')
        or starts_with('/' || k.file, '/' || trim(both '/' from r.rule ->> 'pattern') || '/'))
      order by line desc limit 3) as c
    join lateral (
      select e.ref from entities e where e.kind_key = 'group' and e.name_key = lower(substring(c.owner from '[^/]+$'))
      union select e.ref from entity_fields f join entities e on e.id = f.entity_id and e.kind_key = 'group'
        where f.key = 'metadata.annotations.github.com/team-slug' and f.value = lower(trim(leading '@' from c.owner))) as g on true`;

function evidenceQuery(ctx: Ctx): SQL {
  const now = ctx.now();
  const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - recentMonths, 1))
    .toISOString()
    .slice(0, 7);
  return sql`
    select w.ref, t.group_ref, 'works there', 'People of this team committed to ' || w.project_slug || ' in ' || t.last_month
      from wanted w join repository_teams t on t.slug = w.project_slug and t.last_month >= ${since}
        and not exists (select 1 from source_repositories s
          where s.slug = t.slug and not ${mayReadRepository(ctx.actor, sql`s.id`)})
    union all ${lookedAt}
    union all
    select w.ref, o.owner_ref, 'on-call', 'Is called for ' || coalesce(o.title, o.name) || ', which has the same on-call annotation'
      from wanted w
      join entity_fields f on f.entity_id = w.id and f.key = any(${sql.param(onCallKeys)}::text[]) and f.value is not null
      join entity_fields s on s.key = f.key and s.value = f.value and s.entity_id <> w.id
      join entities o on o.id = s.entity_id and o.owner_ref is not null
    union all
    select w.ref, c.value ->> 'from', 'was owner', 'Was its owner until ' || to_char(v.at, 'Mon YYYY')
      from wanted w join entity_versions v on v.entity_uid = w.uid
      cross join lateral (
        select jsonb_build_object('from', case when o like '%:%' then lower(o) when o like '%/%' then 'group:' || lower(o)
          else 'group:default/' || lower(o) end) as value
        from (select c ->> 'from' as o from jsonb_array_elements(v.changes) c where c ->> 'at' = '/spec/owner') as past
        where o is not null) as c
    union all
    select w.ref, s.owner_ref, 'system', 'Owns ' || coalesce(s.title, s.name) || ', the system that it is part of'
      from wanted w join entities s on s.ref = w.system_ref and s.owner_ref is not null
    union all
    select w.ref, team, 'former team', o.former_owner_name || ', who owned it, was in this team'
      from wanted w join ownership_reviews o on o.entity_ref = w.ref and o.resolved_at is null cross join unnest(o.group_refs) as team
    union all
    select w.ref, p.target_ref, 'former team', 'The team above the one that owned it'
      from wanted w join entity_relations p on p.source_ref = w.owner_ref and p.type = 'childOf'
    union all
    select w.ref, n.owner_ref, 'neighbours', 'Owns ' || n.count || ' other ' || case when n.count = 1 then 'entry' else 'entries' end || ' of the same repository'
      from wanted w cross join lateral (
        select e.owner_ref, count(*) as count from entities e
        where e.project_slug = w.project_slug and e.ref <> w.ref and e.owner_ref is not null and e.file_gone_at is null
        group by e.owner_ref order by count(*) desc, e.owner_ref limit 2) as n`;
}
