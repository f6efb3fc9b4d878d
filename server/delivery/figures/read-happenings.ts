import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { addDays, dayOf } from "#server/delivery/calendar/zoned-days.ts";
import { webAddress } from "#server/delivery/reads/web-address.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import type { Annotation } from "./figures-answer.ts";
import { readGaps } from "./observation.ts";
import { type ScopeService, serviceRows } from "./scope.ts";
import { type FiguresWindow, lastWeeks, type WeekSpan } from "./window.ts";
import { counted } from "./words.ts";

/** So many incidents of a week are named one by one; of more, only their number is said. */
const mostNamed = 2;
const mostGaps = 20;
const mostRules = 20;
const longestTitle = 120;
const fewServices = 50;

/**
 * What happened to the services of a scope in the weeks that are drawn: incidents, times in which nothing could be seen, and
 * changes of what counts. At most a few for each week, however many services there are.
 */
export async function readHappenings(
  ctx: Ctx,
  services: readonly ScopeService[],
  window: FiguresWindow,
): Promise<Annotation[]> {
  const weeks = lastWeeks(window);
  const [first, last] = [weeks[0], weeks.at(-1)];
  if (services.length === 0 || !first || !last) return [];
  const span = { from: first.from, to: last.to };
  const { timeZone } = window.calendar;
  const [incidents, gaps, rules] = await Promise.all([
    readIncidentWeeks(ctx, services, weeks),
    readGaps(ctx, services, span, { timeZone, asOf: window.asOf, limit: mostGaps }),
    readRuleChanges(ctx, services, span),
  ]);
  return [
    ...incidents.flatMap((week) => toIncidents(week, timeZone)),
    ...gaps.map(({ from, to, reason, services: unseen }) => ({
      kind: "gap" as const,
      from,
      to,
      title: `Not seen${services.length > 1 ? `, ${counted(unseen, "service")}` : ""}: ${reason ?? "webhooks are missing"}`,
      href: null,
    })),
    ...rules.map(({ at, words }) => {
      const day = dayOf(at, timeZone);
      return { kind: "rules" as const, from: day, to: day, title: words, href: null };
    }),
  ];
}

type Told = { title: string; openedAt: string; url: string | null; isDemo: boolean; path: string | null };
type IncidentWeek = { week: string; count: number; newest: Told[] };

function toIncidents({ week, count, newest }: IncidentWeek, timeZone: string): Annotation[] {
  const shorten = (title: string) =>
    title.length > longestTitle ? `${title.slice(0, longestTitle).toWellFormed()}…` : title;
  if (count > mostNamed)
    return [
      {
        kind: "incident",
        from: week,
        to: addDays(week, 6),
        title: `${counted(count, "incident")} in this week, the last: ${shorten(newest[0]?.title ?? "")}`,
        href: null,
      },
    ];
  return newest.map(({ title, openedAt, url, isDemo, path }) => {
    const day = dayOf(new Date(openedAt), timeZone);
    const href = path === null ? url : webAddress({ repository_url: url, is_demo: isDemo }, path);
    return {
      kind: "incident",
      from: day,
      to: day,
      title: `Incident: ${shorten(title)}`,
      href: webOnly(href),
    };
  });
}

/** An address came from outside: only one of the web is linked. */
const webOnly = (href: string | null) => (href && /^https?:\/\//i.test(href) ? href : null);

/** Incidents of each week, by the week's first day: issues of the services' repositories, and what was told of them. */
function readIncidentWeeks(
  ctx: Ctx,
  services: readonly ScopeService[],
  weeks: readonly WeekSpan[],
): Promise<IncidentWeek[]> {
  const froms = sql`${sql.param(weeks.map(({ from }) => from.toISOString()))}::text[]::timestamptz[]`;
  const began = weeks[0]?.from.toISOString();
  const ended = weeks.at(-1)?.to.toISOString();
  const inTime = (column: string) =>
    sql`${sql.raw(column)} >= ${began}::timestamptz and ${sql.raw(column)} < ${ended}::timestamptz`;
  // A few services are found by their index; many would be compared with each row.
  const ofFew = services.length > fewServices ? sql`` : sql`and i.entity_refs && array(select ref from mine)`;
  return ctx.db.execute<IncidentWeek>(sql`
    with axis as materialized (
      select ${froms} as froms
    ), mine as materialized (
      select v.entity_ref as ref, e.name_key as name, e.project_slug as slug
      from ${serviceRows(services)} join delivery_services v on v.id = s.service_id join entities e on e.ref = v.entity_ref
    ), shared as materialized (
      select r.id from ${namedRepositories} r join entities o on o.project_slug = r.named
      where r.id in (select x.id from ${namedRepositories} x where x.named in (select slug from mine))
        and o.kind_key = 'component' and o.file_gone_at is null
      group by 1 having count(*) > 1
    ), found as (
      select distinct on (i.repository_id, i.number) i.title, i.opened_at, r.url, r.is_demo, '/issues/' || i.number as path
      from mine m join ${namedRepositories} r on r.named = m.slug join incidents i on i.repository_id = r.id
      where i.is_incident and i.deleted_at is null and ${inTime("i.opened_at")}
        -- In a shared repository an incident is that of the service which its labels name.
        and (m.name = any(i.services) or r.id not in (select id from shared))
      union all
      (select distinct on (i.source, i.key) i.title, i.opened_at, i.url, false, null
        from reported_incidents i cross join lateral unnest(i.entity_refs) as one(ref) join mine m on m.ref = one.ref
        where ${inTime("i.opened_at")} ${ofFew})
    ), placed as (
      select b.*, row_number() over (partition by nth order by opened_at desc) as place
      from (select f.*, width_bucket(f.opened_at, axis.froms) as nth from found f cross join axis) b
    )
    select (${sql.param(weeks.map(({ key }) => key))}::text[])[nth] as week, count(*)::int as count,
      jsonb_agg(jsonb_build_object('title', title, 'openedAt', opened_at, 'url', url, 'isDemo', is_demo, 'path', path)
        order by opened_at desc) filter (where place <= ${mostNamed}) as newest
    from placed group by nth order by nth desc`);
}

const everywhereWords = {
  "environment-tiers.changed":
    "Other rules for environments; the history of services with them was recalculated",
  "delivery-default-source.changed":
    "What counts as a deployment where a service has chosen nothing was changed; histories were recalculated",
};

type SourceChange = { at: string; ref: string; from: string; to: string };

/** When another source was chosen, or other rules for environments: the history was worked out anew by them. */
async function readRuleChanges(
  ctx: Ctx,
  services: readonly ScopeService[],
  { from, to }: { from: Date; to: Date },
): Promise<{ at: Date; words: string }[]> {
  const inTime = sql`v.at >= ${from.toISOString()}::timestamptz and v.at < ${to.toISOString()}::timestamptz`;
  const ids = sql`select x.id from ${serviceRows(services)} join delivery_services x on x.id = s.service_id`;
  const [sources, everywhere] = await Promise.all([
    ctx.db.execute<SourceChange>(sql`
      select v.at, v.subject_id as ref, v.payload->>'from' as from, v.payload->>'to' as to from events v
      where v.type = 'delivery-source.changed' and ${inTime} and v.subject_id in (
        select x.entity_ref from ${serviceRows(services)} join delivery_services x on x.id = s.service_id)
      order by v.id desc limit ${mostRules}`),
    ctx.db.execute<{ at: string; type: keyof typeof everywhereWords }>(sql`
      (select v.at, v.type from events v where v.type = 'environment-tiers.changed' and ${inTime}
        order by v.id desc limit ${mostRules})
      union all
      (select v.at, v.type from events v where v.type = 'delivery-default-source.changed' and ${inTime}
          -- Whoever has chosen something themselves does not follow what holds for all others.
          and exists (select from delivery_services y where y.id in (${ids}) and y.source is null)
        order by v.id desc limit ${mostRules})`),
  ]);
  const isOne = new Set(services.map(({ id }) => id)).size === 1;
  const named = (ref: string) => (isOne ? "" : ` of ${ref.slice(ref.indexOf("/") + 1)}`);
  return [
    ...sources.map((change) => ({
      at: new Date(change.at),
      words: `What counts as a deployment${named(change.ref)} was chosen anew; its history was recalculated`,
    })),
    ...everywhere.map(({ at, type }) => ({ at: new Date(at), words: everywhereWords[type] })),
  ];
}
