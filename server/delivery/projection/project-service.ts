import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { applyExclusions } from "#server/delivery/decisions/apply-exclusions.ts";
import { markFiguresDue } from "#server/delivery/figures/mark-due.ts";
import { attributeChain } from "./attribute-chain.ts";
import { readGraph } from "./commit-graph.ts";
import { findFailures } from "./find-failures.ts";
import { type Grouped, groupRegions } from "./group-regions.ts";
import { type Brought, writeChangeRows, writeChanges } from "./list-changes.ts";
import { tryLockService } from "./lock-services.ts";
import { readRule } from "./read-rules.ts";
import { recognise, type Source, type SourceRule } from "./recognise.ts";

/** Rises when the rules below change: everything is then worked out again, and rows say by which definition. */
export const definition = 3;

type ServiceRow = {
  id: string;
  entityRef: string;
  source: Source | null;
  settings: Record<string, string>;
  pathGlobs: string[];
  dueFrom: string | null;
  dueCount: number;
  scopeHash: string | null;
};

/** Deployments are placed so many at a time, so that a long history takes bounded memory. */
const mostAtOnce = 1_000;

/**
 * Works out anew a service's deployments, what they brought and which did harm, from the first moment that is due on. The
 * result is the same as that of working out everything. Returns false when somebody else is at it, or nothing is due.
 */
export async function projectService(ctx: Ctx, serviceId: string): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    // Lost in a crash, the mark is back as well, and it is worked out again; webhooks do not wait for this on the disk.
    await tx.db.execute(sql`set local synchronous_commit = off`);
    if (!(await tryLockService(tx, serviceId))) return false;
    const [service] = await tx.db.execute<ServiceRow>(sql`
      select id, entity_ref as "entityRef", source, settings, path_globs as "pathGlobs", due_from as "dueFrom",
        due_count::int as "dueCount", scope_hash as "scopeHash"
      from delivery_services where id = ${serviceId} and due_from is not null`);
    if (!service) return false;
    const rule = await readRule(tx, service);
    const scopeHash = scopeHashOf(rule, service.pathGlobs);
    const from = scopeHash === service.scopeHash && service.dueFrom ? new Date(service.dueFrom) : new Date(0);
    await markFiguresDue(tx, service.id, await workOut(tx, service, rule, from));
    await tx.db.execute(sql`
      update delivery_services set scope_hash = ${scopeHash}, worked_at = ${tx.now().toISOString()}::timestamptz,
        failure = null, due_from = case when due_count = ${service.dueCount} then null else due_from end
      where id = ${service.id}`);
    if (service.scopeHash !== null && service.scopeHash !== scopeHash) await forgetUnknown(tx, service, rule);
    return true;
  });
}

/**
 * Where another source was the usual one for a while, services became known of which nothing was ever deployed. Under the
 * rule of before they are unknown again, as if it had never been another: nothing known is not none.
 */
async function forgetUnknown(tx: Ctx, service: ServiceRow, rule: SourceRule): Promise<void> {
  if (service.source !== null || rule.source !== "deployment") return;
  const repositories = sql`any(${sql.param([...rule.repositoryIds])}::text[])`;
  await tx.db.execute(sql`
    delete from delivery_services v where v.id = ${service.id} and v.due_from is null and v.settings = '{}'
      and v.path_globs = '{}'
      and not exists (select from service_deployments d where d.service_id = v.id)
      and not exists (select from delivery_decisions d where d.service_id = v.id)
      and not exists (select from deployments d where d.repository_id = ${repositories})
      and not exists (select from incidents i where i.repository_id = ${repositories} and i.is_incident)
      and not exists (select from reported_deployments d where d.entity_ref = v.entity_ref)
      and not exists (select from reported_incidents i where i.entity_refs @> array[v.entity_ref])`);
}

/**
 * Makes a service's deployments, what they brought and which did harm what its rule tells, from this moment on. Returns the
 * earliest moment that was touched. Writes nothing else, and nothing of another service.
 */
export async function workOut(
  tx: Ctx,
  service: Pick<ServiceRow, "id" | "pathGlobs">,
  rule: SourceRule,
  from: Date,
): Promise<Date> {
  const changedFrom = await writeDeployments(tx, service.id, rule, from);
  // A deployment that went to another tier has left its marks in the chain that it came from: all go before any is placed.
  for (const [tier, since] of changedFrom) await clearChain(tx, { serviceId: service.id, tier }, since);
  for (const [tier, since] of changedFrom)
    await placeChain(tx, { serviceId: service.id, tier, ...rule, pathGlobs: service.pathGlobs }, since);
  await applyExclusions(tx, service.id);
  await findFailures(tx, { serviceId: service.id, ...rule });
  return new Date(Math.min(...[from, ...changedFrom.values()].map(Number)));
}

/** Under what a service was worked out: under another rule, all of its history is. */
export const scopeHashOf = (rule: SourceRule, pathGlobs: readonly string[]): string =>
  createHash("sha256")
    .update(JSON.stringify([definition, rule, pathGlobs]))
    .digest("hex");

/** Regions that belong together may lie this far before the moment that is due. */
const togetherMs = 2 * 3_600_000;

/**
 * Makes the service's rows those that its source tells, and returns from when on the chain of each tier has to be placed
 * anew.
 */
async function writeDeployments(
  tx: Ctx,
  serviceId: string,
  rule: SourceRule,
  dueFrom: Date,
): Promise<Map<string, Date>> {
  const from = new Date(Math.max(0, dueFrom.getTime() - togetherMs));
  const found = groupRegions(await recognise(tx, rule, from));
  const rows = found.map((one) => toRecord(serviceId, one));
  const columns = sql.raw(recordColumns.join(", "));
  const changed = await tx.db.execute<{ tier: string; since: string }>(sql`
    with found as materialized (
      select ${columns} from jsonb_populate_recordset(null::service_deployments, ${JSON.stringify(rows)}::jsonb)
    ),
    old as materialized (
      select d.* from service_deployments d
      where d.service_id = ${serviceId}
        and (greatest(d.succeeded_at, d.failed_at, d.broke_at, d.created_at) >= ${from.toISOString()}::timestamptz
          or exists (select from found f where f.source = d.source and f.source_key = d.source_key))
    ),
    gone as (
      delete from service_deployments d using old o
      where d.id = o.id
        and not exists (select from found f where f.source = o.source and f.source_key = o.source_key)
      returning d.tier, d.succeeded_at
    ),
    written as (
      insert into service_deployments as d (${columns})
      select ${columns} from found
      on conflict (service_id, source, source_key) do update
        set ${sql.raw(recordColumns.map((name) => `${name} = excluded.${name}`).join(", "))}
        where (${sql.raw(comparedColumns.map((name) => `d.${name}`).join(", "))})
          is distinct from (${sql.raw(comparedColumns.map((name) => `excluded.${name}`).join(", "))})
      returning d.source, d.source_key, d.tier, d.succeeded_at
    )
    select tier, min(since) as since from (
      select tier, succeeded_at as since from gone
      union all select tier, succeeded_at from written
      union all select o.tier, o.succeeded_at from written w join old o using (source, source_key)
      union all select tier, ${dueFrom.toISOString()}::timestamptz from old
      union all select tier, ${dueFrom.toISOString()}::timestamptz from found
    ) c
    where since is not null group by tier`);
  return new Map(changed.map(({ tier, since }) => [tier, new Date(since)]));
}

const recordColumns = [
  "service_id",
  "tier",
  "source",
  "source_key",
  "environment",
  "repository_id",
  "sha",
  "ref",
  "created_at",
  "succeeded_at",
  "failed_at",
  "broke_at",
  "parts",
  "kind",
  "definition",
  "commit_count",
  "change_count",
  "is_excluded",
] as const;
const comparedColumns = [
  "tier",
  "environment",
  "repository_id",
  "sha",
  "ref",
  "created_at",
  "succeeded_at",
  "failed_at",
  "broke_at",
  "parts",
  "definition",
];

function toRecord(serviceId: string, one: Grouped): Record<(typeof recordColumns)[number], unknown> {
  return {
    service_id: serviceId,
    tier: one.tier,
    source: one.source,
    source_key: one.sourceKey,
    environment: one.environment,
    repository_id: one.repositoryId,
    sha: one.sha,
    ref: one.ref,
    created_at: one.createdAt,
    succeeded_at: one.succeededAt,
    failed_at: one.failedAt,
    broke_at: one.brokeAt,
    parts: one.parts,
    // Placed in a moment; a row must not be without.
    kind: one.succeededAt ? "unknown" : null,
    definition,
    commit_count: 0,
    change_count: 0,
    is_excluded: false,
  };
}

type Chain = {
  serviceId: string;
  tier: string;
  repositoryIds: readonly string[];
  pathGlobs: readonly string[];
};
type Link = { id: number; sha: string | null; succeeded_at: string };

const inChainOf = ({ serviceId, tier }: Pick<Chain, "serviceId" | "tier">) =>
  sql`d.service_id = ${serviceId} and d.tier = ${tier} and d.succeeded_at is not null`;

/** Forgets what deployments of a tier brought from this moment on. */
async function clearChain(tx: Ctx, chain: Pick<Chain, "serviceId" | "tier">, since: Date): Promise<void> {
  const these = sql`${inChainOf(chain)} and d.succeeded_at >= ${since.toISOString()}::timestamptz and m.deployment_id = d.id`;
  await tx.db.execute(sql`delete from service_commits m using service_deployments d where ${these}`);
  await tx.db.execute(sql`delete from deployment_changes m using service_deployments d where ${these}`);
}

/** Places the chain of a tier anew from the first deployment at or after `since`; it was cleared from there on. */
async function placeChain(tx: Ctx, chain: Chain, since: Date): Promise<void> {
  const inChain = inChainOf(chain);
  const start = sql`${since.toISOString()}::timestamptz`;
  const links = await tx.db.execute<Link>(sql`
    select d.id::int as id, d.sha, d.succeeded_at from service_deployments d
    left join commits c on c.repository_id = d.repository_id and c.sha = d.sha
    where ${inChain} and d.succeeded_at >= ${start}
    order by d.succeeded_at, coalesce(c.committed_at, c.authored_at), length(d.source_key), d.source_key`);
  const [before] = await tx.db.execute<Link>(sql`
    select d.id::int as id, d.sha, d.succeeded_at from service_deployments d
    left join commits c on c.repository_id = d.repository_id and c.sha = d.sha
    where ${inChain} and d.sha is not null and d.succeeded_at < ${start}
    order by d.succeeded_at desc, coalesce(c.committed_at, c.authored_at) desc, length(d.source_key) desc, d.source_key desc
    limit 1`);
  let previous = before ?? null;
  for (let from = 0; from < links.length; from += mostAtOnce) {
    const part = links.slice(from, from + mostAtOnce);
    await placePart(tx, chain, part, previous);
    previous = part.findLast(({ sha }) => sha !== null) ?? previous;
  }
}

async function placePart(
  tx: Ctx,
  chain: Chain,
  links: readonly Link[],
  previous: Link | null,
): Promise<void> {
  const shas = [...new Set(links.flatMap(({ sha }) => sha ?? []))];
  const known = await readGraph(tx, chain, shas);
  const placed = await attributeChain(links, previous, known);
  const times = new Map(links.map((link) => [link.id, new Date(link.succeeded_at)]));
  const brought = placed.flatMap(({ id, brought: commits }): Brought[] => {
    const deployedAt = times.get(id);
    return deployedAt ? commits.map((commit) => ({ deploymentId: id, deployedAt, ...commit })) : [];
  });
  await writeChanges(tx, chain, brought);
  const rows = placed.map(({ id, kind, attribution, note, missing, previousId }) => ({
    id,
    kind,
    attribution,
    attribution_note: note,
    missing_shas: missing.length > 0 ? missing : null,
    previous_id: previousId,
  }));
  await tx.db.execute(sql`
    update service_deployments d
    set kind = p.kind, attribution = p.attribution, attribution_note = p.attribution_note,
      missing_shas = p.missing_shas, previous_id = p.previous_id,
      is_excluded = coalesce(x.decision = 'exclude', false),
      reworked_at = case when d.attribution is not null
        and (d.kind, d.attribution, d.previous_id) is distinct from (p.kind, p.attribution, p.previous_id)
        then ${tx.now().toISOString()}::timestamptz else d.reworked_at end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as p(id bigint, kind text, attribution text, attribution_note text, missing_shas text[], previous_id bigint)
    left join lateral (
      select y.decision from delivery_decisions y join service_deployments o on o.id = p.id
      where y.service_id = ${chain.serviceId} and y.signal is null and y.decision in ('exclude', 'include')
        and y.source = o.source and (y.source_key = o.source_key
          or exists (select from jsonb_array_elements(o.parts) as part where part ->> 'key' = y.source_key))
      order by y.id desc limit 1
    ) x on true
    where d.id = p.id`);
  await writeChangeRows(
    tx,
    chain,
    placed.map(({ id }) => id),
  );
}
