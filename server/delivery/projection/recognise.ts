import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Tier } from "#server/delivery/model.ts";
import {
  deploymentOfScope,
  type HeldRepository,
  type ServiceScope,
  scopeRows,
} from "#server/delivery/reads/service-scopes.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import type { Candidate } from "./group-regions.ts";

export const sources = ["deployment", "workflow", "release", "tag", "merge", "reported"] as const;
export type Source = (typeof sources)[number];

/** Which facts are a service's deployments. */
export type SourceRule = {
  entityRef: string;
  source: Source;
  settings: Readonly<Record<string, string>>;
  /** Its repositories, with what narrows them down where several services share one. */
  scopes: readonly ServiceScope[];
  repositoryIds: readonly string[];
  /** Those of which only a part counts, because the name went from one to another. */
  held?: readonly HeldRepository[];
};

/** Default pattern of tags that are releases: v1, 1.2, v1.2.3. A regular expression of PostgreSQL. */
export const releaseTags = "^v?\\d+(\\.\\d+)*$";

type Row = {
  source_key: string;
  environment: string;
  tier: Tier;
  repository_id: string | null;
  sha: string | null;
  ref: string | null;
  created_at: string;
  succeeded_at: string | null;
  failed_at: string | null;
  broke_at: string | null;
};

/** The deployments of a service by its one source, those that anything happened to at or after `from`. */
export async function recognise(ctx: Ctx, rule: SourceRule, from: Date): Promise<Candidate[]> {
  const since = sql`${from.toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<Row>(sql`
    select f.*, ${tierOfRow(rule)} as tier from (${queries[rule.source](rule)}) as f
    where greatest(f.succeeded_at, f.failed_at, f.broke_at, f.created_at) >= ${since}`);
  const time = (text: string | null) => (text === null ? null : new Date(text));
  return rows.map((row) => ({
    source: rule.source,
    sourceKey: row.source_key,
    environment: row.environment,
    tier: row.tier,
    repositoryId: row.repository_id,
    sha: row.sha,
    ref: row.ref,
    createdAt: new Date(row.created_at),
    succeededAt: time(row.succeeded_at),
    failedAt: time(row.failed_at),
    brokeAt: time(row.broke_at),
  }));
}

/** The organisation's rules go before what a deployment says of its environment; other sources name none of their own. */
function tierOfRow({ source }: SourceRule): SQL {
  if (source !== "deployment" && source !== "reported") return sql`f.tier`;
  return sql`coalesce((
    select t.tier from environment_tier_rules t
    where lower(f.environment) like replace(regexp_replace(t.pattern, '([\\\\%_])', '\\\\\\1', 'g'), '*', '%')
    order by t.position limit 1), f.tier)`;
}

/** Whether the row of this repository, from this moment, is the service's. */
export function inRepositories(
  { repositoryIds, held = [] }: Pick<SourceRule, "repositoryIds" | "held">,
  column: SQL,
  at: SQL,
): SQL {
  const isTheirs = sql`${column} = any(${sql.param([...repositoryIds])}::text[])`;
  if (held.length === 0) return isTheirs;
  return sql`(${isTheirs} and not exists (
    select from jsonb_to_recordset(${JSON.stringify(held)}::jsonb) as h("repositoryId" text, "from" timestamptz, until timestamptz)
    where h."repositoryId" = ${column} and (${at} < h."from" or ${at} >= h.until)))`;
}

/** Tags have a name and no number: two repositories, one after the other, may have the same. */
function tagKey({ held = [] }: SourceRule): SQL {
  const later = held.flatMap(({ from, repositoryId }) => (from ? [repositoryId] : []));
  if (later.length === 0) return sql`t.name`;
  return sql`case when t.repository_id = any(${sql.param(later)}::text[]) then t.repository_id || '#' || t.name else t.name end`;
}

/** Sources that name no environment are about production, unless the service says another. */
const place = ({ settings }: SourceRule): SQL =>
  sql`${settings.environment ?? "production"}::text as environment, ${settings.tier ?? "production"}::text as tier`;

/** Each gives rows of the shape `Row`. */
const queries: Readonly<Record<Source, (rule: SourceRule) => SQL>> = {
  deployment: (rule) => sql`
    select d.repository_id || '#' || d.number as source_key, d.environment, d.tier, d.repository_id, d.sha, d.ref,
      d.created_at, d.succeeded_at, case when d.succeeded_at is null then d.failed_at end as failed_at,
      case when d.last_failed_at > d.succeeded_at then d.last_failed_at end as broke_at
    from ${scopeRows(rule.scopes)} cross join lateral (
      select d.* from deployments d where ${deploymentOfScope}
    ) d`,
  // Runs of a workflow by path; another attempt of the same run is the same deployment.
  workflow: (rule) => sql`
    select w.repository_id || '#' || w.number as source_key, ${place(rule)}, w.repository_id, w.sha, w.branch as ref,
      w.started_at as created_at, case when w.conclusion = 'success' then w.as_of end as succeeded_at,
      case when w.conclusion in ('failure', 'timed_out', 'startup_failure') then w.as_of end as failed_at,
      null::timestamptz as broke_at
    from workflow_runs w join repositories r on r.id = w.repository_id
    where ${inRepositories(rule, sql`w.repository_id`, sql`w.started_at`)}
      and (lower(w.path) = lower(${rule.settings.workflow ?? ""}) or lower(w.workflow) = lower(${rule.settings.workflow ?? ""}))
      and w.branch = coalesce(${rule.settings.branch ?? null}::text, r.default_branch)`,
  release: (rule) => sql`
    select l.repository_id || '#' || l.number as source_key, ${place(rule)}, l.repository_id, t.sha, l.tag as ref,
      l.published_at as created_at, l.published_at as succeeded_at, null::timestamptz as failed_at,
      null::timestamptz as broke_at
    from releases l left join tags t on t.repository_id = l.repository_id and t.name = l.tag
    where ${inRepositories(rule, sql`l.repository_id`, sql`l.published_at`)} and not l.is_draft and not l.is_prerelease
      and l.published_at is not null`,
  tag: (rule) => sql`
    select ${tagKey(rule)} as source_key, ${place(rule)}, t.repository_id, t.sha, t.name as ref,
      coalesce(t.tagged_at, t.as_of) as created_at, coalesce(t.tagged_at, t.as_of) as succeeded_at,
      null::timestamptz as failed_at, null::timestamptz as broke_at
    from tags t
    where ${inRepositories(rule, sql`t.repository_id`, sql`coalesce(t.tagged_at, t.as_of)`)} and t.deleted_at is null
      and t.name ~ ${rule.settings.tagPattern ?? releaseTags}`,
  // A stand-in: the lead time then ends at the merge.
  merge: (rule) => sql`
    select p.repository_id || '#' || p.number as source_key, ${place(rule)}, p.repository_id, p.merge_sha as sha,
      p.base_ref as ref, p.merged_at as created_at, p.merged_at as succeeded_at, null::timestamptz as failed_at,
      null::timestamptz as broke_at
    from pull_requests p join repositories r on r.id = p.repository_id
    where ${inRepositories(rule, sql`p.repository_id`, sql`p.merged_at`)} and p.merged_at is not null
      and p.base_ref = coalesce(${rule.settings.branch ?? null}::text, r.default_branch)`,
  reported: (rule) => sql`
    select d.source || ':' || d.key as source_key, d.environment, d.tier,
      (select r.id from ${namedRepositories} r
        where r.named = lower(d.repository_slug) and coalesce(d.created_at < r.until_at, true)
        order by r.until_at nulls last, r.id limit 1) as repository_id,
      d.sha, d.version as ref, d.created_at, d.succeeded_at,
      case when d.succeeded_at is null then d.failed_at end as failed_at,
      case when d.last_failed_at > d.succeeded_at then d.last_failed_at end as broke_at
    from reported_deployments d where d.entity_ref = ${rule.entityRef}`,
};
