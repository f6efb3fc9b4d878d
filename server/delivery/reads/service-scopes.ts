import { type SQL, sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import {
  deploymentEnvironmentAnnotation,
  deploymentTaskAnnotation,
  fieldOf,
  likePattern,
  workflowAnnotation,
} from "#server/delivery/annotations.ts";
import { visibleServices } from "#server/delivery/policy.ts";

/** What a Component says about its deployments, as the catalogue has it now. Patterns are LIKE patterns. */
type Claim = {
  ref: string;
  name: string;
  type: string | null;
  slug: string | null;
  task: string | null;
  environment: string | null;
  workflow: string | null;
  /** Whether the actor may see it. Those that they may not still count for telling what belongs to whom. */
  isVisible: boolean;
};

type Pattern = { task: string | null; environment: string | null };

/** One repository, and which of its deployments belong to the service. */
export type ServiceScope = Pattern & {
  ref: string;
  name: string;
  repositoryId: string;
  /** More than one Component lies in the repository. */
  isShared: boolean;
  workflow: string | null;
  /** Deployments that another Component claims by pattern are not this one's. */
  others: Pattern[];
  /** Something in the repository is hidden from the actor: what cannot be told apart is not shown. */
  isPartlyHidden: boolean;
};

export type Repository = {
  id: string;
  slug: string;
  fullName: string;
  url: string | null;
  observedSince: Date;
  isDemo: boolean;
};

export type Service = {
  ref: string;
  slug: string | null;
  repositories: Repository[];
  /** Empty where nothing can be said; `rival` then is a Component that claims the same deployments, if that is why. */
  scopes: ServiceScope[];
  /** `ref` is null where the actor may not know of it. */
  rival: { ref: string | null } | null;
};

/**
 * Finds out, from the catalogue as it is now, which deployments are whose. Refs that name no Component are left out, and so
 * are those that the actor may not see.
 * Matching when read, not when a webhook comes, so that a new or changed Component has its history at once.
 */
export async function readServices(ctx: Ctx, refs: readonly string[]): Promise<Service[]> {
  if (refs.length === 0) return [];
  const wanted = [...new Set(refs.map((ref) => normaliseRef(ref) ?? ref.toLowerCase()))];
  const claims = await readClaims(
    ctx,
    sql`e.project_slug in (
    select w.project_slug from entities w where w.ref = any(${sql.param(wanted)}::text[]) and w.project_slug is not null
  ) and (e.file_gone_at is null or e.ref = any(${sql.param(wanted)}::text[]))
    or e.ref = any(${sql.param(wanted)}::text[])`,
  );
  const bySlug = Map.groupBy(
    claims.filter(({ slug }) => slug !== null),
    ({ slug }) => slug,
  );
  const slugs = [...bySlug.keys()].flatMap((slug) => slug ?? []);
  const repositories = Map.groupBy(await readRepositories(ctx, slugs), ({ slug }) => slug);
  const ofWanted = new Map(claims.map((claim) => [claim.ref, claim]));
  return wanted.flatMap((ref) => {
    const claim = ofWanted.get(ref);
    if (!claim?.isVisible) return [];
    const { slug } = claim;
    return [toService(claim, bySlug.get(slug) ?? [], repositories.get(slug ?? "") ?? [])];
  });
}

/** What Components say about their deployments, also those that the actor may not see: see `isVisible` of each. */
export async function readClaims(ctx: Ctx, where: SQL): Promise<Claim[]> {
  const field = (annotation: string) => sql`(
    select f.value from entity_fields f
    where f.entity_id = e.id and f.key = ${fieldOf(annotation)} and f.value is not null limit 1)`;
  const rows = await ctx.db.execute<Claim>(sql`
    select e.ref, e.name_key as name, e.type_key as type, e.project_slug as slug,
      ${field(deploymentTaskAnnotation)} as task,
      ${field(deploymentEnvironmentAnnotation)} as environment,
      ${field(workflowAnnotation)} as workflow, ${visibleServices(ctx.actor)} as "isVisible"
    from entities e
    where e.kind_key = 'component' and (${where})
    order by e.ref limit 20000`);
  return rows.map((row) => ({
    ...row,
    task: row.task && likePattern(row.task),
    environment: row.environment && likePattern(row.environment),
    workflow: row.workflow && likePattern(row.workflow),
  }));
}

async function readRepositories(ctx: Ctx, slugs: readonly string[]): Promise<Repository[]> {
  if (slugs.length === 0) return [];
  const rows = await ctx.db.execute<Omit<Repository, "observedSince"> & { observedSince: string }>(sql`
    select id, slug, full_name as "fullName", url, observed_since as "observedSince", is_demo as "isDemo"
    from repositories where slug = any(${sql.param([...slugs])}::text[]) order by id`);
  return rows.map((row) => ({ ...row, observedSince: new Date(row.observedSince) }));
}

const isSpecific = (claim: Pattern) => claim.task !== null || claim.environment !== null;

/** `claims` and `mine` are those of the claim's own repository. */
function toService(claim: Claim, claims: readonly Claim[], mine: Repository[]): Service {
  const siblings = claims.filter((other) => other.ref !== claim.ref);
  const rival = claim.slug ? findRival(claim, siblings) : null;
  const { ref, name, task, environment, workflow, slug } = claim;
  const isPartlyHidden = siblings.some((other) => !other.isVisible);
  const others = isSpecific(claim)
    ? []
    : siblings.filter(isSpecific).map((other) => ({ task: other.task, environment: other.environment }));
  const scopes = mine.map(({ id: repositoryId }) => {
    const isShared = siblings.length > 0;
    return { ref, name, repositoryId, isShared, task, environment, workflow, others, isPartlyHidden };
  });
  const told = rival && { ref: rival.isVisible ? rival.ref : null };
  return { ref, slug, repositories: mine, scopes: rival ? [] : scopes, rival: told };
}

/** Another Component without patterns in the same repository. A library is not deployed, so it is nobody's rival. */
function findRival(claim: Claim, siblings: readonly Claim[]): Claim | null {
  if (isSpecific(claim)) return null;
  const rivals = siblings.filter((other) => !isSpecific(other) && other.type !== "library");
  return rivals.find((rival) => rival.isVisible) ?? rivals[0] ?? null;
}

/** Scopes as rows of a query, named `s`. */
export function scopeRows(scopes: readonly ServiceScope[]): SQL {
  const rows = scopes.map((scope) => ({
    ref: scope.ref,
    name: scope.name,
    repository_id: scope.repositoryId,
    is_shared: scope.isShared,
    task: scope.task,
    environment: scope.environment,
    workflow: scope.workflow,
    others: scope.others,
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(ref text, name text, repository_id text,
    is_shared boolean, task text, environment text, workflow text, others jsonb)`;
}

/**
 * Whether the deployment `d` belongs to the scope `s`. The other Components' patterns are asked in a subquery with one
 * answer, not by NOT EXISTS: that became a join, which reads all deployments where the newest few are wanted.
 */
export const deploymentOfScope: SQL = sql`d.repository_id = s.repository_id
  and (s.task is null or lower(d.task) like s.task)
  and (s.environment is null or lower(d.environment) like s.environment)
  and (s.others = '[]' or not (
    select coalesce(bool_or(
      (o.task is null or lower(d.task) like o.task) and (o.environment is null or lower(d.environment) like o.environment)
    ), false)
    from jsonb_to_recordset(s.others) as o(task text, environment text)))`;

/** Whether the incident `i` belongs to the scope `s`: in a shared repository its labels name the service. */
export const incidentOfScope: SQL = sql`i.repository_id = s.repository_id
  and i.is_incident and i.deleted_at is null
  and (not s.is_shared or s.name = any(i.services))`;
