import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { ServiceInput } from "#server/delivery/inputs.ts";
import {
  type DeploymentRow,
  type EnvironmentState,
  type ServiceDelivery,
  type ServiceState,
  tiers,
} from "#server/delivery/model.ts";
import { visibleTo } from "#server/delivery/policy.ts";
import {
  deploymentColumns,
  deploymentJoins,
  type RawDeployment,
  toDeploymentRow,
} from "./deployment-rows.ts";
import { readOpenIncidents } from "./incidents.ts";
import { deploymentOfScope, readServices, type Service, scopeRows } from "./service-scopes.ts";
import { observedSinceOf } from "./weekly.ts";

/** What runs where, and what is wrong: the card on a service's page. Says why there is nothing, where there is nothing. */
export async function readServiceDelivery(ctx: Ctx, input: ServiceInput): Promise<ServiceDelivery> {
  const [service] = await readServices(ctx, [input.entityRef]);
  const [repository] = service?.repositories ?? [];
  const about = {
    ...stateOf(service),
    repository: repository
      ? { name: repository.fullName, url: repository.isDemo ? null : repository.url }
      : null,
    observedSince: service ? observedSinceOf(service) : null,
  };
  if (!service || service.scopes.length === 0) return { ...about, environments: [], openIncidents: [] };
  const [open] = await readOpenIncidents(ctx, { refs: [service.ref] });
  const environments = await readEnvironments(ctx, service);
  const reason = environments.length > 0 ? about.reason : undeployedReason(service);
  return { ...about, reason, environments, openIncidents: open?.incidents ?? [] };
}

function stateOf(service: Service | undefined): { state: ServiceState; reason: string | null } {
  if (!service?.slug)
    return {
      state: "no_repository",
      reason: 'Name its repository in the annotation "github.com/project-slug", such as acme/shop',
    };
  if (service.rival)
    return {
      state: "ambiguous",
      reason: `It shares ${service.slug} with ${service.rival.ref ?? "something else"}: say which deployments are its own with the annotation milepost.dev/deployment-task or milepost.dev/deployment-environment`,
    };
  if (service.repositories.length === 0)
    return {
      state: "not_observed",
      reason: `Nothing has come from ${service.slug} yet: add a webhook for it, or for its organisation`,
    };
  return { state: "connected", reason: null };
}

const undeployedReason = (service: Service): string =>
  `Webhooks of ${service.repositories[0]?.fullName} arrive, but none of the last ${daysShown} days told of a deployment of this service`;

/** An environment that nothing was deployed to for so long is no longer shown. */
const daysShown = 180;
const mostEnvironments = 20;

async function readEnvironments(ctx: Ctx, service: Service): Promise<EnvironmentState[]> {
  const since = new Date(ctx.now().getTime() - daysShown * 86_400_000).toISOString();
  const rows = await ctx.db.execute<RawDeployment & { is_latest: boolean; is_current: boolean }>(sql`
    with mine as (
      select d.*,
        row_number() over (partition by d.environment order by d.at desc, d.number desc) as nth,
        row_number() over (
          partition by d.environment order by d.succeeded_at desc nulls last, d.number desc) as nth_success
      from ${scopeRows(service.scopes)} cross join lateral (
        select d.* from deployments d
        where ${deploymentOfScope} and d.at >= ${since}::timestamptz and ${visibleTo(ctx.actor)}
      ) d
    ),
    shown as (
      select *, nth = 1 as is_latest, nth_success = 1 and succeeded_at is not null as is_current from mine
      where nth = 1 or (nth_success = 1 and succeeded_at is not null)
    )
    select d.is_latest, d.is_current, ${deploymentColumns} from shown d ${deploymentJoins}
    order by d.at desc limit ${2 * mostEnvironments}`);
  const latest = new Map<string, DeploymentRow>();
  const current = new Map<string, DeploymentRow>();
  for (const raw of rows) {
    const row = toDeploymentRow(raw);
    if (raw.is_latest) latest.set(row.environment, row);
    if (raw.is_current) current.set(row.environment, row);
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
