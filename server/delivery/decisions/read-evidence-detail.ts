import { sql } from "drizzle-orm";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { incidentsAround } from "./incidents-around.ts";
import type { EvidenceId } from "./inputs.ts";
import { type KnownDeployment, loadDeployment } from "./load-deployment.ts";
import type { DecisionEntry, EvidenceChange, EvidenceDetail } from "./model.ts";
import { openDispute } from "./open-dispute.ts";
import { decideRefusal, settleRefusal, speakRefusal } from "./policy.ts";
import { readFailures } from "./read-failures.ts";
import { ruleWords } from "./rule-words.ts";

/** So many changes are shown; the file of the list has all. */
const mostChanges = 100;
const mostLater = 10;

/** Everything behind one deployment: what it brought, what is said against it and by whom, and the rules in force. */
export async function readEvidenceDetail(ctx: Ctx, { id }: EvidenceId): Promise<EvidenceDetail> {
  const known = await loadDeployment(ctx, id);
  const [row, changes, failures, decisions, dispute, incidents, later] = await Promise.all([
    readRow(ctx, id),
    readChanges(ctx, id),
    readFailures(ctx, sql`f.deployment_id = ${id}`),
    readDecisions(ctx, known),
    openDispute(ctx, known),
    isInsider(ctx.actor) ? incidentsAround(ctx, known) : [],
    readLater(ctx, known),
  ]);
  return {
    id,
    serviceRef: known.serviceRef,
    environment: known.environment,
    tier: known.tier,
    sha: known.sha,
    at: new Date(known.at),
    succeededAt: known.succeededAt ? new Date(known.succeededAt) : null,
    commitHref: row.repositoryUrl && known.sha ? `${row.repositoryUrl}/commit/${known.sha}` : null,
    parts: row.parts ?? [],
    previous: row.previousAt ? { sha: row.previousSha, at: new Date(row.previousAt) } : null,
    commitCount: row.commitCount,
    changes: {
      total: row.changeCount,
      items: changes.map((change) => toChange(change, row.repositoryUrl)),
    },
    failures,
    decisions,
    isExcluded: known.isExcluded,
    isDisputed: dispute !== null,
    rules: ruleWords({ ...row, tier: known.tier }),
    incidents,
    later,
    may: {
      decide: decideRefusal(ctx.actor, known),
      dispute: speakRefusal(ctx.actor),
      settle: settleRefusal(ctx.actor, known, dispute?.raisedBy ?? null),
    },
  };
}

type Row = {
  repositoryUrl: string | null;
  parts: { environment: string; succeededAt: string | null }[] | null;
  previousSha: string | null;
  previousAt: string | null;
  commitCount: number;
  changeCount: number;
  source: string;
  settings: Record<string, string>;
  pathGlobs: string[];
  rulesVersion: number;
  definition: number;
};

async function readRow(ctx: Ctx, id: number): Promise<Row> {
  const [row] = await ctx.db.execute<Row>(sql`
    select (select rtrim(r.url, '/') from repositories r where r.id = d.repository_id and not r.is_demo
        and r.url like 'http%') as "repositoryUrl",
      d.parts, p.sha as "previousSha", p.at as "previousAt", d.commit_count as "commitCount",
      (select count(*)::int from deployment_changes c where c.deployment_id = d.id) as "changeCount",
      coalesce(v.source, (select source from delivery_defaults), 'deployment') as source, v.settings, v.path_globs as "pathGlobs",
      v.rules_version as "rulesVersion", d.definition
    from service_deployments d join delivery_services v on v.id = d.service_id
    left join service_deployments p on p.id = d.previous_id
    where d.id = ${id}`);
  if (!row) throw new Error(`deployment ${id} went while it was read`);
  return row;
}

type RawChange = Omit<EvidenceChange, "startedAt" | "stages" | "href"> & {
  startedAt: string;
  coding: number | null;
  pickup: number | null;
  review: number | null;
  deploy: number | null;
};

function readChanges(ctx: Ctx, id: number): Promise<RawChange[]> {
  return ctx.db.execute<RawChange>(sql`
    select c.key, c.pull_request as "pullRequest", c.sha, coalesce(p.title, m.title) as title,
      c.lead_seconds as "leadSeconds", c.started_at as "startedAt", c.started_by as "startedBy",
      c.coding_seconds as coding, c.pickup_seconds as pickup, c.review_seconds as review, c.deploy_seconds as deploy,
      c.was_clamped as "wasClamped", c.is_bot as "isBot"
    from deployment_changes c join service_deployments d on d.id = c.deployment_id
    left join pull_requests p on p.repository_id = d.repository_id and p.number = c.pull_request
    left join commits m on m.repository_id = d.repository_id and m.sha = c.sha
    where c.deployment_id = ${id}
    order by c.lead_seconds desc, c.key limit ${mostChanges}`);
}

function toChange(raw: RawChange, url: string | null): EvidenceChange {
  const { coding, pickup, review, deploy, startedAt, ...rest } = raw;
  const path = raw.pullRequest === null ? `commit/${raw.sha}` : `pull/${raw.pullRequest}`;
  return {
    ...rest,
    href: url ? `${url}/${path}` : null,
    startedAt: new Date(startedAt),
    stages:
      coding === null || pickup === null || review === null || deploy === null
        ? null
        : { coding, pickup, review, deploy },
  };
}

async function readDecisions(ctx: Ctx, known: KnownDeployment): Promise<DecisionEntry[]> {
  const rows = await ctx.db.execute<Omit<DecisionEntry, "at"> & { at: string }>(sql`
    select id::float8 as id, decision, reason, actor_name as by, at from delivery_decisions
    where service_id = ${known.serviceId}::uuid and source = ${known.source} and source_key = ${known.sourceKey}
    order by delivery_decisions.id desc limit 200`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

async function readLater(ctx: Ctx, known: KnownDeployment): Promise<EvidenceDetail["later"]> {
  if (known.succeededAt === null) return [];
  const rows = await ctx.db.execute<{ id: number; sha: string | null; at: string }>(sql`
    select id::float8 as id, sha, at from service_deployments
    where service_id = ${known.serviceId}::uuid and tier = 'production'
      and succeeded_at > ${known.succeededAt}::timestamptz
    order by succeeded_at, source_key limit ${mostLater}`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
