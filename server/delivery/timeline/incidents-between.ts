import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import { incidentColumns, type RawIncident, toIncidentRow } from "#server/delivery/reads/incidents.ts";
import { incidentOfScope, readServices, scopeRows } from "#server/delivery/reads/service-scopes.ts";
import type { TimelineIncident } from "./model.ts";

const mostIncidents = 200;

/**
 * Incidents of these services that were opened in this stretch of time (`to` excluded), the newest first: issues of their
 * repositories, and what pagers, alerts and people told. Only services that the actor may see are named.
 */
export async function readIncidentsBetween(
  ctx: Ctx,
  refs: readonly string[],
  { from, to }: { from: Date; to: Date },
): Promise<TimelineIncident[]> {
  if (refs.length === 0) return [];
  const [began, ended] = [from.toISOString(), to.toISOString()];
  const scopes = (await readServices(ctx, refs)).flatMap((service) => service.scopes);
  const issues = await ctx.db.execute<RawIncident & { ref: string; name: string }>(sql`
    select s.ref, coalesce(e.title, e.name) as name, ${incidentColumns} from ${scopeRows(scopes)} cross join lateral (
      select i.* from incidents i
      where ${incidentOfScope} and i.opened_at >= ${began}::timestamptz and i.opened_at < ${ended}::timestamptz
      order by i.opened_at desc limit ${mostIncidents}
    ) i
    join repositories r on r.id = i.repository_id
    join entities e on e.ref = s.ref
    order by i.opened_at desc, s.ref limit ${mostIncidents}`);
  const told = await ctx.db.execute<Told>(sql`
    select i.source || ' ' || i.key as id, i.title, i.severity, i.url, i.opened_at as "openedAt",
      i.resolved_at as "closedAt", e.ref, coalesce(e.title, e.name) as name
    from reported_incidents i
    cross join lateral unnest(i.entity_refs) as one(ref)
    join entities e on e.ref = one.ref and ${visibleServices(ctx.actor)}
    where i.entity_refs && ${sql.param([...refs])}::text[] and e.ref = any(${sql.param([...refs])}::text[])
      and i.opened_at >= ${began}::timestamptz and i.opened_at < ${ended}::timestamptz
    order by i.opened_at desc, e.ref limit ${mostIncidents}`);
  const found = new Map<string, TimelineIncident>();
  const add = (incident: TimelineIncident) => {
    const known = found.get(incident.id);
    if (known) known.services.push(...incident.services);
    else found.set(incident.id, incident);
  };
  for (const row of issues) {
    const { id, title, severity, openedAt, closedAt, url } = toIncidentRow(row);
    add({ id, title, severity, openedAt, closedAt, url, services: [{ ref: row.ref, name: row.name }] });
  }
  for (const { ref, name, openedAt, closedAt, ...row } of told)
    add({
      ...row,
      openedAt: new Date(openedAt),
      closedAt: closedAt ? new Date(closedAt) : null,
      services: [{ ref, name }],
    });
  return [...found.values()].sort((left, right) => right.openedAt.getTime() - left.openedAt.getTime());
}

type Told = {
  id: string;
  title: string;
  severity: string | null;
  url: string | null;
  openedAt: string;
  closedAt: string | null;
  ref: string;
  name: string;
};
