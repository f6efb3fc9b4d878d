import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import type { ServiceInput } from "#server/delivery/inputs.ts";
import {
  type DeploymentRow,
  type EnvironmentState,
  type ServiceDelivery,
  type ServiceState,
  tiers,
} from "#server/delivery/model.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import { chosenSource, readDefaultSource } from "#server/delivery/projection/read-default-source.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";
import { readNameNotes } from "#server/delivery/repositories/read-name-notes.ts";
import { sourceWords } from "#server/delivery/sources/model.ts";
import {
  deploymentColumns,
  deploymentJoins,
  type RawDeployment,
  toDeploymentRow,
} from "./deployment-rows.ts";
import { readOpenIncidents } from "./incidents.ts";
import { deploymentOfScope, readServices, type Service, scopeRows } from "./service-scopes.ts";

type Known = { id: string; source: Source; isWorkedOut: boolean };

/** What runs where, and what is wrong: the card on a service's page. Says why there is nothing, where there is nothing. */
export async function readServiceDelivery(ctx: Ctx, input: ServiceInput): Promise<ServiceDelivery> {
  const [[service], known] = await Promise.all([
    readServices(ctx, [input.entityRef]),
    readKnown(ctx, input.entityRef),
  ]);
  const [repository] = service?.repositories ?? [];
  const [open] = service ? await readOpenIncidents(ctx, { refs: [service.ref] }) : [];
  const environments = known ? await readEnvironments(ctx, known.id) : [];
  const source = known?.source ?? (await readDefaultSource(ctx));
  return {
    ...(environments.length > 0 ? { state: "connected", reason: null } : emptyState(service, source, known)),
    source,
    notCounted: service ? await readNotCounted(ctx, service, source) : [],
    repository: repository
      ? { name: repository.fullName, url: repository.isDemo ? null : repository.url }
      : null,
    notes: service ? await readNameNotes(ctx, service) : [],
    environments,
    openIncidents: open?.incidents ?? [],
  };
}

async function readKnown(ctx: Ctx, ref: string): Promise<Known | null> {
  const [row] = await ctx.db.execute<Known>(sql`
    select s.id, ${chosenSource} as source, s.worked_at is not null as "isWorkedOut"
    from delivery_services s join entities e on e.ref = s.entity_ref
    where s.entity_ref = ${normaliseRef(ref) ?? ref} and ${visibleServices(ctx.actor)}`);
  return row ?? null;
}

/** Why nothing is shown, most of all what somebody could do about it. */
function emptyState(
  service: Service | undefined,
  source: Source,
  known: Known | null,
): { state: ServiceState; reason: string } {
  if (known && !known.isWorkedOut)
    return {
      state: "connected",
      reason: "Its deployments are being worked out: they appear within a minute",
    };
  if (source === "reported") return { state: "connected", reason: undeployed(source, null) };
  if (!service?.slug)
    return {
      state: "no_repository",
      reason: 'Name its repository in the annotation "github.com/project-slug", such as acme/shop',
    };
  if (service.rival && source === "deployment")
    return {
      state: "ambiguous",
      reason: `It shares ${service.slug} with ${service.rival.ref ?? "something else"}: say which deployments are its own with the annotation milepost.dev/deployment-task or milepost.dev/deployment-environment`,
    };
  const [repository] = service.repositories;
  if (!repository)
    return {
      state: "not_observed",
      reason: `Nothing has come from ${service.slug} yet: add a webhook for it, or for its organization`,
    };
  return { state: "connected", reason: undeployed(source, repository.fullName) };
}

const notCountedDays = 90;
const mostCounted = 1_000;

/** Nothing that was told is dropped without a word: of sources that are about deployments and nothing else. */
async function readNotCounted(
  ctx: Ctx,
  service: Service,
  source: Source,
): Promise<ServiceDelivery["notCounted"]> {
  const since = sql`${new Date(ctx.now().getTime() - notCountedDays * 86_400_000).toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<ServiceDelivery["notCounted"][number]>(sql`
    select 'reported' as source, count(*)::int as deployments from (
      select 1 from reported_deployments t where t.entity_ref = ${service.ref} and t.created_at >= ${since}
      limit ${mostCounted}) told
    union all
    select 'deployment', count(*)::int from (
      select 1 from ${scopeRows(service.scopes)} join deployments d on ${deploymentOfScope} and d.at >= ${since}
      limit ${mostCounted}) told`);
  return rows.filter((row) => row.source !== source && row.deployments > 0);
}

/** An environment that nothing was deployed to for so long is no longer shown. */
const daysShown = 180;
const mostEnvironments = 20;

const undeployed = (source: Source, repository: string | null): string =>
  source === "deployment"
    ? `Webhooks of ${repository} arrive, but none of the last ${daysShown} days told of a deployment of this service`
    : `It counts from another source (${sourceWords[source].toLowerCase()}), and that told of none in the last ${daysShown} days`;

/** Regions that are one deployment are places of their own here: one of them may lie behind. */
async function readEnvironments(ctx: Ctx, serviceId: string): Promise<EnvironmentState[]> {
  const since = new Date(ctx.now().getTime() - daysShown * 86_400_000).toISOString();
  const rows = await ctx.db.execute<
    RawDeployment & { place: string; is_latest: boolean; is_current: boolean }
  >(sql`
    with mine as (
      select d.id, p.place,
        row_number() over (partition by p.place order by d.at desc, d.id desc) as nth,
        row_number() over (partition by p.place order by d.succeeded_at desc nulls last, d.id desc) as nth_success,
        d.succeeded_at is not null as is_success
      from service_deployments d cross join lateral (
        select distinct x ->> 'environment' as place from jsonb_array_elements(d.parts) as x
        union all select d.environment where d.parts is null
      ) p
      where d.service_id = ${serviceId}::uuid and d.at >= ${since}::timestamptz
    ),
    shown as materialized (
      select id, place, nth = 1 as is_latest, nth_success = 1 and is_success as is_current from mine
      where nth = 1 or (nth_success = 1 and is_success)
    )
    select w.place, w.is_latest, w.is_current, ${deploymentColumns}
    from shown w join service_deployments d on d.id = w.id ${deploymentJoins}
    order by d.at desc limit ${2 * mostEnvironments}`);
  const latest = new Map<string, DeploymentRow>();
  const current = new Map<string, DeploymentRow>();
  for (const { place, is_latest: isLatest, is_current: isCurrent, ...raw } of rows) {
    const row = toDeploymentRow(raw);
    if (isLatest) latest.set(place, row);
    if (isCurrent) current.set(place, row);
  }
  return [...latest]
    .map(([environment, row]) => ({
      environment,
      tier: row.tier,
      latest: row,
      current: current.get(environment) ?? null,
    }))
    .sort(
      (left, right) =>
        tiers.indexOf(left.tier) - tiers.indexOf(right.tier) ||
        left.environment.localeCompare(right.environment, "en"),
    )
    .slice(0, mostEnvironments);
}
