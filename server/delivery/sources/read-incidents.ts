import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { OfService } from "./inputs.ts";
import { loadService } from "./load-service.ts";
import { organisationRefusal, ownIncidentRefusal } from "./policy.ts";

export type ReportedIncidentRow = {
  source: "portal" | "api" | "pagerduty" | "opsgenie" | "alertmanager" | "cdevents";
  key: string;
  title: string;
  severity: string | null;
  url: string | null;
  openedAt: Date;
  resolvedAt: Date | null;
  /** It names the deployment that did it, and whether that one is known. */
  named: "known" | "unknown" | null;
};

type Raw = Omit<ReportedIncidentRow, "openedAt" | "resolvedAt"> & {
  openedAt: string;
  resolvedAt: string | null;
};

const columns = sql`i.source, i.key, i.title, i.severity, i.url, i.opened_at as "openedAt", i.resolved_at as "resolvedAt",
  case when i.named_sha is null and i.named_key is null then null
    when exists (select from service_deployments d join delivery_services s on s.id = d.service_id
      where s.entity_ref = any(i.entity_refs) and (d.source_key = i.named_key or d.sha = i.named_sha)) then 'known'
    when exists (select from reported_deployments d where d.entity_ref = any(i.entity_refs) and d.source = 'api'
      and i.named_key = 'api:' || d.key) then 'known'
    else 'unknown' end as named`;

const toRow = ({ openedAt, resolvedAt, ...rest }: Raw): ReportedIncidentRow => ({
  ...rest,
  openedAt: new Date(openedAt),
  resolvedAt: resolvedAt === null ? null : new Date(resolvedAt),
});

export type ServiceIncidents = {
  items: ReportedIncidentRow[];
  /** Recent deployments to production, for who reports an incident. */
  deployments: { id: number; at: Date; sha: string | null; ref: string | null }[];
  may: { report: Refusal | null };
};

const mostShown = 20;

/** A service's incidents from pagers, alerts, calls and the portal's button: open ones first, then the newest. */
export async function readReportedIncidents(ctx: Ctx, input: OfService): Promise<ServiceIncidents> {
  const service = await loadService(ctx, input.entityRef);
  const rows = await ctx.db.execute<Raw>(sql`
    select ${columns} from reported_incidents i where i.entity_refs @> array[${service.ref}]::text[]
    order by i.resolved_at is null desc, i.opened_at desc, i.key limit ${mostShown}`);
  const deployments = await ctx.db.execute<{
    id: number;
    at: string;
    sha: string | null;
    ref: string | null;
  }>(sql`
    select d.id::int as id, d.at, d.sha, d.ref from service_deployments d
    join delivery_services s on s.id = d.service_id
    where s.entity_ref = ${service.ref} and d.tier = 'production' and d.succeeded_at is not null
      and d.kind in ('forward', 'baseline', 'unknown')
    order by d.succeeded_at desc, d.id desc limit 10`);
  return {
    items: rows.map(toRow),
    deployments: deployments.map((one) => ({ ...one, at: new Date(one.at) })),
    may: { report: ownIncidentRefusal(ctx.actor, service) },
  };
}

export type UnmatchedIncident = ReportedIncidentRow & { hints: string[] };

/** Incidents that no service was found for, the newest first: kept until a Component names them, or somebody does. */
export async function readUnmatchedIncidents(
  ctx: Ctx,
): Promise<{ items: UnmatchedIncident[]; total: number }> {
  ensure(organisationRefusal(ctx.actor));
  const rows = await ctx.db.execute<Raw & { hints: string[]; total: number }>(sql`
    select ${columns}, i.hints, count(*) over ()::int as total from reported_incidents i
    where i.entity_refs = '{}' order by i.opened_at desc, i.source, i.key limit 50`);
  return {
    items: rows.map(({ total: _, hints, ...row }) => ({ ...toRow(row as Raw), hints })),
    total: rows[0]?.total ?? 0,
  };
}
