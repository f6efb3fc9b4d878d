import { sql } from "drizzle-orm";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import type { DeploymentId } from "#server/delivery/inputs.ts";
import type { DeploymentDetail } from "#server/delivery/model.ts";
import { visibleTo } from "#server/delivery/policy.ts";
import { readChanges } from "./changes.ts";
import {
  deploymentColumns,
  deploymentJoins,
  type RawDeployment,
  readDeploymentId,
  toDeploymentRow,
} from "./deployment-rows.ts";
import { incidentColumns, type RawIncident, toIncidentRow } from "./incidents.ts";
import {
  deploymentOfScope,
  incidentOfScope,
  readClaims,
  readServices,
  type ServiceScope,
  scopeRows,
} from "./service-scopes.ts";

/** One deployment: what it brought, the one before it in its environment, incidents that name it, whose it is. */
export async function getDeployment(ctx: Ctx, input: DeploymentId): Promise<DeploymentDetail> {
  const id = readDeploymentId(input.id);
  const raw = id
    ? await findDeployment(ctx, sql`d.repository_id = ${id.repositoryId} and d.number = ${id.number}`)
    : null;
  const owners = raw ? await readOwningScopes(ctx, raw) : [];
  // For guests a deployment is there when one of their services is.
  if (!raw || (owners.length === 0 && !isInsider(ctx.actor)))
    throw notFound("There is no such deployment; it may have been removed");
  const deployment = toDeploymentRow(raw);
  const before = await findBefore(ctx, raw);
  const previous = before ? toDeploymentRow(before) : null;
  const { changes, note } = owners.some((scope) => scope.isPartlyHidden)
    ? { changes: null, note: "Its repository holds other things too, which you cannot see" }
    : await readChanges(ctx, raw.repository_id, deployment, previous);
  return {
    ...deployment,
    previous,
    changes,
    changesNote: note,
    incidents: await readNamingIncidents(ctx, raw, owners),
    serviceRefs: [...new Set(owners.map(({ ref }) => ref))].sort(),
  };
}

async function findDeployment(ctx: Ctx, where: ReturnType<typeof sql>): Promise<RawDeployment | null> {
  const [row] = await ctx.db.execute<RawDeployment>(sql`
    select ${deploymentColumns} from deployments d ${deploymentJoins}
    where ${where} and ${visibleTo(ctx.actor)}
    order by d.succeeded_at desc, d.number desc limit 1`);
  return row ?? null;
}

/** The last success in the same environment before this one; for one that has not succeeded, before it began. */
function findBefore(ctx: Ctx, raw: RawDeployment): Promise<RawDeployment | null> {
  const until = new Date(raw.succeeded_at ?? raw.created_at).toISOString();
  return findDeployment(
    ctx,
    sql`d.repository_id = ${raw.repository_id} and d.environment = ${raw.environment} and d.task = ${raw.task}
      and d.succeeded_at is not null and (d.succeeded_at, d.number) < (${until}::timestamptz, ${Number(raw.number)}::bigint)`,
  );
}

async function readNamingIncidents(ctx: Ctx, raw: RawDeployment, owners: readonly ServiceScope[]) {
  const ofOwners = isInsider(ctx.actor)
    ? sql``
    : sql`and exists (select 1 from ${scopeRows(owners)} where ${incidentOfScope})`;
  const rows = await ctx.db.execute<RawIncident>(sql`
    select ${incidentColumns} from incidents i join repositories r on r.id = i.repository_id
    where i.repository_id = ${raw.repository_id} and i.is_incident and i.deleted_at is null
      and i.named_sha is not null and starts_with(${raw.sha}, i.named_sha) ${ofOwners}
    order by i.opened_at desc limit 20`);
  return rows.map(toIncidentRow);
}

/** The Components whose deployment it is, of those that the actor may see. */
async function readOwningScopes(ctx: Ctx, raw: RawDeployment): Promise<ServiceScope[]> {
  const claims = await readClaims(
    ctx,
    sql`e.project_slug = lower(${raw.repository}) and e.file_gone_at is null`,
  );
  const services = await readServices(
    ctx,
    claims.map(({ ref }) => ref),
  );
  const scopes = services.flatMap((service) => service.scopes);
  if (scopes.length === 0) return [];
  const rows = await ctx.db.execute<{ ref: string }>(sql`
    select distinct s.ref from ${scopeRows(scopes)} join deployments d on ${deploymentOfScope}
    where d.repository_id = ${raw.repository_id} and d.number = ${Number(raw.number)} order by s.ref`);
  const refs = new Set(rows.map(({ ref }) => ref));
  return scopes.filter((scope) => scope.repositoryId === raw.repository_id && refs.has(scope.ref));
}
