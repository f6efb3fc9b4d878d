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
import { allNames, namedRepositories } from "#server/delivery/repositories/named-repositories.ts";

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

/** Of what a repository did, only what began in this time; absent where all of it counts. */
export type Held = { from?: Date; until?: Date };
export type HeldRepository = Held & { repositoryId: string };

/** One repository, and which of its deployments belong to the service. */
export type ServiceScope = Pattern &
  Held & {
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
  /** The name in lower case by which it was asked for, which may be a former one. */
  named: string;
  /** Another repository has that name since then. */
  until: Date | null;
};

export type Service = {
  ref: string;
  slug: string | null;
  /** Those that have the name of the annotation now, or were renamed from it, come first. */
  repositories: Repository[];
  /** Those of them of which only a part counts, because the name went from one to another. */
  held: HeldRepository[];
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
    sql`e.project_slug in (${namesOf(wanted)})
      and (e.file_gone_at is null or e.ref = any(${sql.param(wanted)}::text[]))
    or e.ref = any(${sql.param(wanted)}::text[])`,
  );
  const slugs = [...new Set(claims.flatMap(({ slug }) => slug ?? []))];
  const bySlug = Map.groupBy(await readRepositories(ctx, slugs), ({ named }) => named);
  const repositoriesOf = ({ slug }: Claim) => bySlug.get(slug ?? "") ?? [];
  const claimants = Map.groupBy(
    claims.flatMap((claim) => keysOf(claim, repositoriesOf(claim)).map((key) => ({ key, claim }))),
    ({ key }) => key,
  );
  const ofWanted = new Map(claims.map((claim) => [claim.ref, claim]));
  return wanted.flatMap((ref) => {
    const claim = ofWanted.get(ref);
    if (!claim?.isVisible) return [];
    const siblingsIn = (key: string) =>
      (claimants.get(key) ?? []).flatMap((one) => (one.claim.ref === ref ? [] : [one.claim]));
    return [toService(claim, repositoriesOf(claim), siblingsIn)];
  });
}

/** What a Component shares with others: its repositories, by whatever name, and a name that nothing came from yet. */
const keysOf = ({ slug }: Claim, mine: readonly Repository[]): string[] =>
  mine.length > 0 ? mine.map(({ id }) => id) : slug === null ? [] : [`name ${slug}`];

/** Every name of the repositories that these Components name, with their own names. */
const namesOf = (refs: readonly string[]): SQL => {
  const named = sql`
    select w.project_slug from entities w where w.ref = any(${sql.param([...refs])}::text[]) and w.project_slug is not null`;
  return sql`${named} union ${allNames(sql`select r.id from ${namedRepositories} r where r.named in (${named})`)}`;
};

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

/** By these names, in lower case; the repository that a name leads to before those that had it once. */
async function readRepositories(ctx: Ctx, slugs: readonly string[]): Promise<Repository[]> {
  if (slugs.length === 0) return [];
  type Row = Omit<Repository, "observedSince" | "until"> & { observedSince: string; until: string | null };
  const rows = await ctx.db.execute<Row>(sql`
    select r.id, r.slug, r.full_name as "fullName", r.url, r.observed_since as "observedSince", r.is_demo as "isDemo",
      r.named, r.until_at as until
    from ${namedRepositories} r where r.named = any(${sql.param([...slugs])}::text[])
    order by r.until_at desc nulls first, r.id`);
  return rows.map((row) => ({
    ...row,
    observedSince: new Date(row.observedSince),
    until: row.until ? new Date(row.until) : null,
  }));
}

const isSpecific = (claim: Pattern) => claim.task !== null || claim.environment !== null;

function toService(claim: Claim, mine: Repository[], siblingsIn: (key: string) => Claim[]): Service {
  const { ref, name, task, environment, workflow, slug } = claim;
  const siblings = [...new Set(keysOf(claim, mine).flatMap(siblingsIn))];
  const rival = slug ? findRival(claim, siblings) : null;
  const isPartlyHidden = siblings.some((other) => !other.isVisible);
  const scopes = mine.map((repository) => {
    const { id: repositoryId } = repository;
    const sharing = siblingsIn(repositoryId);
    const isShared = sharing.length > 0;
    const others = isSpecific(claim)
      ? []
      : sharing.filter(isSpecific).map((other) => ({ task: other.task, environment: other.environment }));
    return {
      ref,
      name,
      repositoryId,
      isShared,
      task,
      environment,
      workflow,
      others,
      isPartlyHidden,
      ...heldOf(repository, mine),
    };
  });
  const told = rival && { ref: rival.isVisible ? rival.ref : null };
  const held = mine.flatMap((repository) => {
    const time = heldOf(repository, mine);
    return time.from || time.until ? [{ repositoryId: repository.id, ...time }] : [];
  });
  return { ref, slug, repositories: mine, held, scopes: rival ? [] : scopes, rival: told };
}

/**
 * In which time the repository counts for whoever names it so. Two that had the name one after the other on a host are cut where
 * it changed hands: what was counted before does not change by that.
 */
function heldOf({ id, until }: Repository, mine: readonly Repository[]): Held {
  if (until) return { until };
  const host = id.slice(0, id.indexOf(":"));
  const [last] = mine.filter((other) => other.until && other.id.startsWith(`${host}:`));
  return last?.until ? { from: last.until } : {};
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
    from_at: scope.from,
    until_at: scope.until,
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(ref text, name text, repository_id text,
    is_shared boolean, task text, environment text, workflow text, others jsonb, from_at timestamptz,
    until_at timestamptz)`;
}

/**
 * Whether the deployment `d` belongs to the scope `s`. The other Components' patterns are asked in a subquery with one
 * answer, not by NOT EXISTS: that became a join, which reads all deployments where the newest few are wanted.
 */
export const deploymentOfScope: SQL = sql`d.repository_id = s.repository_id
  and (s.from_at is null or d.created_at >= s.from_at) and (s.until_at is null or d.created_at < s.until_at)
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
  and (s.from_at is null or i.opened_at >= s.from_at) and (s.until_at is null or i.opened_at < s.until_at)
  and (not s.is_shared or s.name = any(i.services))`;
