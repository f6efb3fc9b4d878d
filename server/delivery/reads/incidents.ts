import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { ListIncidents, ManyServices } from "#server/delivery/inputs.ts";
import type { IncidentRow, OpenIncidents, Page } from "#server/delivery/model.ts";
import { visibleTo } from "#server/delivery/policy.ts";
import { incidentOfScope, readServices, scopeRows } from "./service-scopes.ts";
import { webAddress } from "./web-address.ts";

export type RawIncident = {
  repository_id: string;
  number: number;
  title: string;
  severity: string | null;
  services: string[];
  named_sha: string | null;
  opened_at: string;
  closed_at: string | null;
  repository: string;
  repository_url: string | null;
  is_demo: boolean;
};

export const incidentColumns: SQL = sql`
  i.repository_id, i.number, i.title, i.severity, i.services, i.named_sha, i.opened_at, i.closed_at,
  r.full_name as repository, r.url as repository_url, r.is_demo`;

export function toIncidentRow(raw: RawIncident): IncidentRow {
  return {
    id: `${raw.repository_id}:${raw.number}`,
    number: raw.number,
    title: raw.title,
    severity: raw.severity,
    openedAt: new Date(raw.opened_at),
    closedAt: raw.closed_at === null ? null : new Date(raw.closed_at),
    repository: raw.repository,
    url: webAddress(raw, `/issues/${raw.number}`),
    namedSha: raw.named_sha,
    services: raw.services,
  };
}

/** Incidents of a service, the newest first. */
export async function readIncidents(ctx: Ctx, input: ListIncidents): Promise<Page<IncidentRow>> {
  const [service] = await readServices(ctx, [input.entityRef]);
  if (!service || service.scopes.length === 0) return { items: [], nextCursor: null };
  const cursor = input.cursor ? readCursor(input.cursor, ["time", "whole", "text"]) : null;
  const before = cursor
    ? sql`and (i.opened_at, i.number, i.repository_id)
        < (${String(cursor[0])}::timestamptz, ${Number(cursor[1])}::int, ${String(cursor[2])})`
    : sql``;
  const rows = await ctx.db.execute<RawIncident>(sql`
    select ${incidentColumns} from ${scopeRows(service.scopes)} cross join lateral (
      select i.* from incidents i where ${incidentOfScope} and ${visibleTo(ctx.actor)} ${before}
      order by i.opened_at desc, i.number desc limit ${input.limit + 1}
    ) i
    join repositories r on r.id = i.repository_id
    order by i.opened_at desc, i.number desc, i.repository_id desc limit ${input.limit + 1}`);
  const last = rows.length > input.limit ? rows[input.limit - 1] : undefined;
  return {
    items: rows.slice(0, input.limit).map(toIncidentRow),
    nextCursor: last
      ? writeCursor([new Date(last.opened_at).toISOString(), last.number, last.repository_id])
      : null,
  };
}

const mostOpen = 10;

/** Incidents of each service that are not over, the newest ten of each; services without any are left out. */
export async function readOpenIncidents(ctx: Ctx, input: ManyServices): Promise<OpenIncidents[]> {
  const services = await readServices(ctx, input.refs);
  const scopes = services.flatMap((service) => service.scopes);
  if (scopes.length === 0) return [];
  const rows = await ctx.db.execute<RawIncident & { service: string }>(sql`
    select s.ref as service, ${incidentColumns} from ${scopeRows(scopes)} cross join lateral (
      select i.* from incidents i
      where ${incidentOfScope} and i.closed_at is null and ${visibleTo(ctx.actor)}
      order by i.opened_at desc limit ${mostOpen}
    ) i
    join repositories r on r.id = i.repository_id
    order by s.ref, i.opened_at desc, i.number desc`);
  const open = new Map<string, IncidentRow[]>();
  for (const row of rows) open.set(row.service, [...(open.get(row.service) ?? []), toIncidentRow(row)]);
  return [...open].map(([ref, incidents]) => ({ ref, incidents }));
}
