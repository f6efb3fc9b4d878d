import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { ListDeployments, ListUnmatched, ManyServices } from "#server/delivery/inputs.ts";
import type { DeploymentRow, LastDeployment, Page, UnmatchedDeployment } from "#server/delivery/model.ts";
import { readUnmatchedRefusal, visibleTo } from "#server/delivery/policy.ts";
import {
  deploymentColumns,
  deploymentJoins,
  type RawDeployment,
  toDeploymentRow,
} from "./deployment-rows.ts";
import { deploymentOfScope, readServices, type ServiceScope, scopeRows } from "./service-scopes.ts";

/** Deployments of a service, the newest first; `nextCursor` continues the page. Empty for what has no repository. */
export async function readDeployments(ctx: Ctx, input: ListDeployments): Promise<Page<DeploymentRow>> {
  const [service] = await readServices(ctx, [input.entityRef]);
  if (!service || service.scopes.length === 0) return { items: [], nextCursor: null };
  const rows = await ctx.db.execute<RawDeployment>(sql`
    with page as (
      select d.* from ${scopeRows(service.scopes)} cross join lateral (
        select d.* from deployments d
        where ${deploymentOfScope} and ${visibleTo(ctx.actor)}
          ${input.tier ? sql`and d.tier = ${input.tier}` : sql``}
          ${input.outcome ? sql`and d.outcome = ${input.outcome}` : sql``}
          ${beforeCursor(input.cursor)}
        order by d.at desc, d.number desc limit ${input.limit + 1}
      ) d
      order by d.at desc, d.number desc, d.repository_id desc limit ${input.limit + 1}
    )
    select ${deploymentColumns} from page d ${deploymentJoins}
    order by d.at desc, d.number desc, d.repository_id desc`);
  return toPage(rows, input.limit, toDeploymentRow);
}

function beforeCursor(cursor: string | undefined): SQL {
  if (!cursor) return sql``;
  const [at, number, repositoryId] = readCursor(cursor, ["time", "whole", "text"]);
  return sql`and (d.at, d.number, d.repository_id)
    < (${String(at)}::timestamptz, ${Number(number)}::bigint, ${String(repositoryId)})`;
}

function toPage<Raw extends RawDeployment, Item>(
  rows: readonly Raw[],
  limit: number,
  toItem: (raw: Raw) => Item,
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(toItem),
    nextCursor: last
      ? writeCursor([new Date(last.at).toISOString(), Number(last.number), last.repository_id])
      : null,
  };
}

/** The last deployment to production of each service; those without one are left out. */
export async function readLastDeployments(ctx: Ctx, input: ManyServices): Promise<LastDeployment[]> {
  const services = await readServices(ctx, input.refs);
  const scopes = services.flatMap((service) => service.scopes);
  if (scopes.length === 0) return [];
  const rows = await ctx.db.execute<RawDeployment & { service: string }>(sql`
    with last as (
      select distinct on (s.ref) s.ref as service, d.* from ${scopeRows(scopes)} cross join lateral (
        select d.* from deployments d
        where ${deploymentOfScope} and d.tier = 'production' and ${visibleTo(ctx.actor)}
        order by d.at desc, d.number desc limit 1
      ) d
      order by s.ref, d.at desc, d.number desc
    )
    select d.service, ${deploymentColumns} from last d ${deploymentJoins}`);
  return rows.map((row) => ({ ref: row.service, deployment: toDeploymentRow(row) }));
}

/** Deployments that belong to no Component of the catalogue, the newest first, each with what would change that. */
export async function readUnmatchedDeployments(
  ctx: Ctx,
  input: ListUnmatched,
): Promise<Page<UnmatchedDeployment>> {
  ensure(readUnmatchedRefusal(ctx.actor));
  const scopes = (await readAllServices(ctx)).flatMap((service) => service.scopes);
  // Most repositories belong to one Component as a whole: nothing of theirs can be unmatched.
  const isWhole = (scope: ServiceScope) => !scope.task && !scope.environment && scope.others.length === 0;
  const covered = scopes.filter(isWhole).map((scope) => scope.repositoryId);
  const rows = await ctx.db.execute<RawDeployment & { components: number }>(sql`
    with page as (
      select d.* from repositories r cross join lateral (
        select d.* from deployments d
        where d.repository_id = r.id ${beforeCursor(input.cursor)}
          and not exists (
            select 1 from ${scopeRows(scopes.filter((scope) => !isWhole(scope)))} where ${deploymentOfScope})
        order by d.at desc, d.number desc limit ${input.limit + 1}
      ) d
      where r.id not in (select jsonb_array_elements_text(${JSON.stringify(covered)}::jsonb))
      order by d.at desc, d.number desc, d.repository_id desc limit ${input.limit + 1}
    )
    select ${deploymentColumns}, (
      select count(*)::int from entities e
      where e.project_slug = r.slug and e.kind_key = 'component' and e.file_gone_at is null
    ) as components
    from page d ${deploymentJoins}
    order by d.at desc, d.number desc, d.repository_id desc`);
  return toPage(rows, input.limit, (row) => ({ ...toDeploymentRow(row), reason: unmatchedReason(row) }));
}

async function readAllServices(ctx: Ctx) {
  const rows = await ctx.db.execute<{ ref: string }>(sql`
    select e.ref from entities e
    where e.kind_key = 'component' and e.file_gone_at is null
      and e.project_slug in (select slug from repositories)
    order by e.ref limit 20000`);
  return readServices(
    ctx,
    rows.map(({ ref }) => ref),
  );
}

function unmatchedReason(row: RawDeployment & { components: number }): string {
  if (row.components === 0)
    return `No Component of the catalogue has the annotation github.com/project-slug: ${row.repository}`;
  return `${row.components} Components share ${row.repository}, and none of them claims the task "${row.task}" or the environment "${row.environment}": add milepost.dev/deployment-task or milepost.dev/deployment-environment`;
}
