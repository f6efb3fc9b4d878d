import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import { findUnread, type Unread } from "#server/delivery/back-fill/read-importing.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { daySpans } from "./days.ts";
import { leastDeploymentsOfLeadTime, minimum } from "./definitions.ts";
import type { AskByService } from "./inputs.ts";
import { isKept, partOf } from "./parts.ts";
import { changesIn, deploymentsIn } from "./rows.ts";
import { resolveScope, type ScopeService, servicesAfter } from "./scope.ts";
import { type SeenInWindow, seenInWindow } from "./seen-in-window.ts";
import { readServiceObservations } from "./service-observation.ts";
import type { ServiceFigures, ServicePage } from "./service-page.ts";
import { type FiguresWindow, windowOf } from "./window.ts";

/**
 * The services of a scope with their figures, by reference. Never in the order of a figure: services are too unlike for a
 * table of ranks. One of which nothing could have been seen has no numbers, and keeps its place.
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
  const { now } = window;
  const [rows, observed, unread] = await Promise.all([
    services.length === 0 ? [] : readRows(ctx, services, window, asked),
    readServiceObservations(ctx, services, { now, from: now.from, to: now.to }),
    findUnread(ctx, shown, now),
  ]);
  const days = daySpans(window.days.from, window.days.to, window.calendar.timeZone);
  const spans = Map.groupBy(services, ({ id }) => id);
  return {
    items: rows.map(({ id, ...row }) => {
      const observation = observed(id);
      const seen = seenInWindow(window, days, spans.get(id) ?? [], observation);
      const why = whyNothing(seen, unread.get(row.serviceRef));
      const { days: seenDays, isThroughout } = seen;
      const numbers = why ? missing(row, why) : counted(row, observation.seesIncidents);
      return { ...numbers, days: seenDays, isThroughout };
    }),
    nextCursor: last && services.length < found.length ? writeCursor([last]) : null,
  };
}

type Numbers = Omit<ServiceFigures, "days" | "isThroughout">;
type Why = Pick<ServiceFigures, "reason" | "reasonWords">;

/** A 0 says that nothing happened: where it could not have been seen there is none. */
function whyNothing({ reason }: SeenInWindow, unread: Unread | undefined): Why | null {
  if (reason === "not_owned") return { reason, reasonWords: "Not this team's in this window" };
  if (unread)
    return {
      reason: "importing",
      reasonWords: unread.isUnderWay ? "Its past is still being imported" : "Its past was read in part only",
    };
  return reason && { reason, reasonWords: "Could not be seen in this window" };
}

const missing = ({ serviceRef, name, ownerRef }: Named, why: Why): Numbers => ({
  ...{ serviceRef, name, ownerRef },
  ...why,
  ...{ deployments: null, forward: null, changes: null, leadTime: null, judged: null, failed: null },
  ...{ changeFailRate: null, changeFailRateReason: null, unreviewed: null, rework: null },
  lastDeployedAt: null,
});

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

type Named = Pick<ServiceFigures, "serviceRef" | "name" | "ownerRef">;
type Counts = Record<
  "deployments" | "forward" | "changes" | "withChanges" | "judged" | "failed" | "unreviewed" | "rework",
  number
>;
type Row = Named & Counts & { id: string; middle: number | null; lastDeployedAt: string | null };

async function readRows(
  ctx: Ctx,
  services: readonly ScopeService[],
  window: FiguresWindow,
  asked: AskByService,
): Promise<Row[]> {
  const countIf = (metric: "frequency" | "changeFailRate" | "rework", part: string) =>
    sql`(count(*) filter (where ${partOf(metric, part, asked).condition}))::int`;
  const refs = [...new Set(services.map(({ ref }) => ref))];
  return ctx.db.execute<Row>(sql`
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
    select v.id, e.ref as "serviceRef", coalesce(e.title, e.name) as name, e.owner_ref as "ownerRef",
      coalesce(n.deployments, 0) as deployments, coalesce(n.forward, 0) as forward, coalesce(l.changes, 0) as changes,
      l.middle, coalesce(l.deployments, 0) as "withChanges", coalesce(n.judged, 0) as judged,
      coalesce(n.failed, 0) as failed, coalesce(n.unreviewed, 0) as unreviewed, coalesce(n.rework, 0) as rework,
      n.last as "lastDeployedAt"
    from entities e join delivery_services v on v.entity_ref = e.ref
    left join counted n on n.service_id = v.id left join led l on l.service_id = v.id
    where e.ref = any(${sql.param(refs)}::text[]) order by e.ref`);
}

function counted(
  { middle, withChanges, lastDeployedAt, ...row }: Omit<Row, "id">,
  seesIncidents: boolean,
): Numbers {
  // Nothing seen where nothing can be seen is not 0 %.
  const isEnough = row.judged >= minimum.changeFailRate;
  const canJudge = isEnough && (seesIncidents || row.failed + row.unreviewed > 0);
  const hasLead = row.changes >= minimum.leadTime && withChanges >= leastDeploymentsOfLeadTime;
  return {
    ...row,
    reason: null,
    reasonWords: null,
    leadTime: hasLead ? middle : null,
    changeFailRate: canJudge ? row.failed / row.judged : null,
    changeFailRateReason: canJudge ? null : isEnough ? "no_incident_source" : "below_minimum",
    lastDeployedAt: lastDeployedAt ? new Date(lastDeployedAt) : null,
  };
}
