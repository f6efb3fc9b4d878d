import { type SQL, sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { ListDeployments, ManyServices } from "#server/delivery/inputs.ts";
import type { DeploymentRow, LastDeployment, Page } from "#server/delivery/model.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import {
  deploymentColumns,
  deploymentJoins,
  type RawDeployment,
  toDeploymentRow,
} from "./deployment-rows.ts";

const known = (refs: readonly string[]): string[] => [
  ...new Set(refs.map((ref) => normaliseRef(ref) ?? ref)),
];

/**
 * Deployments of a service as its source tells them, the newest first: the very rows that figures count, with failed ones
 * and those that are under way. `nextCursor` continues the page. Empty for what the actor may not see.
 */
export async function readDeployments(ctx: Ctx, input: ListDeployments): Promise<Page<DeploymentRow>> {
  const rows = await ctx.db.execute<RawDeployment & { cursor: string }>(sql`
    with page as materialized (
      select d.* from service_deployments d
      where d.service_id = (
          select v.id from delivery_services v join entities e on e.ref = v.entity_ref
          where v.entity_ref = any(${sql.param(known([input.entityRef]))}::text[]) and ${visibleServices(ctx.actor)})
        ${input.tier ? sql`and d.tier = ${input.tier}` : sql``}
        ${input.outcome ? sql`and d.outcome = ${input.outcome}` : sql``}
        ${beforeCursor(input.cursor)}
      order by d.at desc, d.id desc limit ${input.limit + 1}
    )
    select ${deploymentColumns}, d.at::text as cursor from page d ${deploymentJoins} order by d.at desc, d.id desc`);
  const last = rows.length > input.limit ? rows[input.limit - 1] : undefined;
  return {
    items: rows.slice(0, input.limit).map(toDeploymentRow),
    nextCursor: last ? writeCursor([last.cursor, Number(last.id)]) : null,
  };
}

function beforeCursor(cursor: string | undefined): SQL {
  if (!cursor) return sql``;
  const [at, id] = readCursor(cursor, ["time", "whole"]);
  return sql`and (d.at, d.id) < (${String(at)}::timestamptz, ${Number(id)}::bigint)`;
}

/** The last deployment to production of each service; those without one are left out. */
export async function readLastDeployments(ctx: Ctx, input: ManyServices): Promise<LastDeployment[]> {
  if (input.refs.length === 0) return [];
  const rows = await ctx.db.execute<RawDeployment>(sql`
    with last as materialized (
      select d.* from entities e join delivery_services s on s.entity_ref = e.ref cross join lateral (
        select d.* from service_deployments d where d.service_id = s.id and d.tier = 'production'
        order by d.at desc, d.id desc limit 1
      ) d
      where e.ref = any(${sql.param(known(input.refs))}::text[]) and ${visibleServices(ctx.actor)}
    )
    select ${deploymentColumns} from last d ${deploymentJoins} order by v.entity_ref`);
  return rows.map((row) => ({ ref: row.ref, deployment: toDeploymentRow(row) }));
}
