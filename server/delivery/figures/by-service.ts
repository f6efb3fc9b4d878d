import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { leastDeploymentsOfLeadTime, minimum } from "./definitions.ts";
import type { AskByService } from "./inputs.ts";
import type { ServiceFigures, ServicePage } from "./model.ts";
import { isKept, partOf } from "./parts.ts";
import { changesIn, deploymentsIn } from "./rows.ts";
import { type ResolvedScope, resolveScope } from "./scope.ts";
import { type FiguresWindow, windowOf } from "./window.ts";

/**
 * The services of a scope with their figures, by reference. Never in the order of a figure: services are too unlike for a
 * table of ranks.
 */
export async function readFiguresByService(ctx: Ctx, asked: AskByService): Promise<ServicePage> {
  const window = windowOf(asked, await readCalendarSettings(ctx), ctx.now());
  const scope = await resolveScope(ctx, asked.scope, asked.ownership);
  const [after] = asked.cursor ? readCursor(asked.cursor, ["text"]) : [""];
  const refs = [...new Set(scope.services.map(({ ref }) => ref))].sort();
  const rest = refs.filter((ref) => ref > String(after));
  const shown = new Set(rest.slice(0, asked.limit));
  const services = scope.services.filter(({ ref }) => shown.has(ref));
  const last = [...shown].at(-1);
  return {
    items: services.length === 0 ? [] : await readRows(ctx, { ...scope, services }, window, asked),
    nextCursor: last && rest.length > shown.size ? writeCursor([last]) : null,
  };
}

type Row = Omit<ServiceFigures, "lastDeployedAt" | "leadTime" | "changeFailRate"> & {
  middle: number | null;
  withChanges: number;
  seesIncidents: boolean;
  lastDeployedAt: string | null;
};

async function readRows(
  ctx: Ctx,
  { services }: ResolvedScope,
  window: FiguresWindow,
  asked: AskByService,
): Promise<ServiceFigures[]> {
  const countIf = (metric: "frequency" | "changeFailRate" | "rework", part: string) =>
    sql`(count(*) filter (where ${partOf(metric, part, asked).condition}))::int`;
  const refs = [...new Set(services.map(({ ref }) => ref))];
  const rows = await ctx.db.execute<Row>(sql`
    with counted as (
      select d.service_id, (count(*) filter (where d.outcome = 'success' and ${isKept(asked)}))::int as deployments,
        ${countIf("frequency", "deployments")} as forward, ${countIf("changeFailRate", "deployments")} as judged,
        ${countIf("changeFailRate", "confirmed")} as failed, ${countIf("changeFailRate", "suggested")} as unreviewed,
        ${countIf("rework", "rework")} as rework, max(d.succeeded_at) as last
      from ${deploymentsIn(services, [window.now])} group by d.service_id
    ), led as (
      select c.service_id, count(*)::int as changes, count(distinct c.deployment_id)::int as deployments,
        percentile_cont(0.5) within group (order by c.lead_seconds) as middle
      from ${changesIn(services, [window.now], asked)} where ${partOf("leadTime", "changes", asked).condition}
      group by c.service_id
    )
    select e.ref as "serviceRef", coalesce(e.title, e.name) as name, e.owner_ref as "ownerRef",
      coalesce(n.deployments, 0) as deployments, coalesce(n.forward, 0) as forward, coalesce(l.changes, 0) as changes,
      l.middle, coalesce(l.deployments, 0) as "withChanges", coalesce(n.judged, 0) as judged,
      coalesce(n.failed, 0) as failed, coalesce(n.unreviewed, 0) as unreviewed, coalesce(n.rework, 0) as rework,
      n.last as "lastDeployedAt", exists (
        select 1 from observed_periods o where o.what = 'incidents' and o.subject in (
          select e.ref union all select r.id from repositories r where r.slug = e.project_slug)
        and o.from_at < ${window.now.to.toISOString()}::timestamptz
        and (o.until_at is null or o.until_at > ${window.now.from.toISOString()}::timestamptz)
      ) or exists (
        select 1 from deployment_failures f where f.service_id = v.id and f.signal in ('incident', 'incident_nearby')
      ) as "seesIncidents"
    from entities e join delivery_services v on v.entity_ref = e.ref
    left join counted n on n.service_id = v.id left join led l on l.service_id = v.id
    where e.ref = any(${sql.param(refs)}::text[]) order by e.ref`);
  return rows.map(toServiceFigures);
}

function toServiceFigures({
  middle,
  withChanges,
  seesIncidents,
  lastDeployedAt,
  ...row
}: Row): ServiceFigures {
  // Nothing seen where nothing can be seen is not 0 %.
  const canJudge = row.judged >= minimum.changeFailRate && (seesIncidents || row.failed + row.unreviewed > 0);
  const hasLead = row.changes >= minimum.leadTime && withChanges >= leastDeploymentsOfLeadTime;
  return {
    ...row,
    leadTime: hasLead ? middle : null,
    changeFailRate: canJudge ? row.failed / row.judged : null,
    lastDeployedAt: lastDeployedAt ? new Date(lastDeployedAt) : null,
  };
}
