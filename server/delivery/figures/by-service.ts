import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import { findUnread } from "#server/delivery/back-fill/read-importing.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { leastDeploymentsOfLeadTime, minimum } from "./definitions.ts";
import { seesIncidents } from "./incident-sources.ts";
import type { AskByService } from "./inputs.ts";
import type { ServiceFigures, ServicePage } from "./model.ts";
import { isKept, partOf } from "./parts.ts";
import { changesIn, deploymentsIn } from "./rows.ts";
import { resolveScope, type ScopeService, servicesAfter } from "./scope.ts";
import { type FiguresWindow, windowOf } from "./window.ts";

/**
 * The services of a scope with their figures, by reference. Never in the order of a figure: services are too unlike for a
 * table of ranks.
 */
export async function readFiguresByService(ctx: Ctx, asked: AskByService): Promise<ServicePage> {
  const window = windowOf(asked, await readCalendarSettings(ctx), ctx.now());
  const [cursor] = asked.cursor ? readCursor(asked.cursor, ["text"]) : [""];
  const after = String(cursor);
  // One more tells whether there is another page.
  const found = await nextServices(ctx, asked, { after, limit: asked.limit + 1 });
  const shown = [...new Set(found.map(({ ref }) => ref))].slice(0, asked.limit);
  const services = found.filter(({ ref }) => shown.includes(ref));
  const last = shown.at(-1);
  const [rows, unread] = await Promise.all([
    services.length === 0 ? [] : readRows(ctx, services, window, asked),
    findUnread(ctx, shown, window.now),
  ]);
  return {
    items: rows.map((row) =>
      unread.has(row.serviceRef) ? { ...row, leadTime: null, changeFailRate: null, isImporting: true } : row,
    ),
    nextCursor: last && services.length < found.length ? writeCursor([last]) : null,
  };
}

/** With ownership of then, a service stands there once for each time in which it belonged to the scope. */
async function nextServices(
  ctx: Ctx,
  { scope, ownership }: AskByService,
  page: { after: string; limit: number },
): Promise<ScopeService[]> {
  if (scope.kind !== "team" || ownership === "now") return servicesAfter(ctx, scope, page);
  const { services } = await resolveScope(ctx, scope, ownership);
  const refs = [...new Set(services.map(({ ref }) => ref))].filter((ref) => ref > page.after).sort();
  const next = new Set(refs.slice(0, page.limit));
  return services.filter(({ ref }) => next.has(ref));
}

type Row = Omit<ServiceFigures, "lastDeployedAt" | "leadTime" | "changeFailRate" | "changeFailRateReason"> & {
  middle: number | null;
  withChanges: number;
  seesIncidents: boolean;
  lastDeployedAt: string | null;
};

async function readRows(
  ctx: Ctx,
  services: readonly ScopeService[],
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
      n.last as "lastDeployedAt", ${seesIncidents(window.now)} as "seesIncidents"
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
  const isEnough = row.judged >= minimum.changeFailRate;
  const canJudge = isEnough && (seesIncidents || row.failed + row.unreviewed > 0);
  const hasLead = row.changes >= minimum.leadTime && withChanges >= leastDeploymentsOfLeadTime;
  return {
    ...row,
    leadTime: hasLead ? middle : null,
    changeFailRate: canJudge ? row.failed / row.judged : null,
    changeFailRateReason: canJudge ? null : isEnough ? "no_incident_source" : "below_minimum",
    lastDeployedAt: lastDeployedAt ? new Date(lastDeployedAt) : null,
    isImporting: false,
  };
}
