import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { endedGaps } from "#server/delivery/repositories/ended-gaps.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import { seesIncidents } from "./incident-sources.ts";
import { type ScopeService, serviceRows } from "./scope.ts";
import type { FiguresWindow, Span, WeekSpan } from "./window.ts";

/** Services that could not be seen at some time of a week, of those that were observed by then. */
export type Unseen = { services: number; of: number };

/** Days in which deployments could not be seen, both included, with the reason; of how many services. */
export type ObservationGap = { from: string; to: string; reason: string | null; services: number };

/** What of a scope could have been seen. Kept beside figures as JSON. */
export type Observation = {
  /** Since when deployments of any of the services could have been seen. */
  since: Date | null;
  /** Services of which incidents could have been seen in the window. */
  incidentSources: number;
  /** No time of the window was observed for any service, though observation had begun. */
  isBlind: boolean;
  /** Services without a part in the window, or with less than all of it. What a release before kept does not say it. */
  missing?: { unobserved: number; late: number };
  /** By the week's first day; weeks that were seen from end to end are left out. */
  unseen: Readonly<Record<string, Unseen>>;
};

/** Up to this share of services that could not be seen, a week of many services still is what its weeks usually are. */
const mostUnseen = 0.1;

export type Seen = "none" | "some" | "enough";

/** How far a week was seen: `none` is no number, `some` is one that no median may rest on. */
export function seenOf({ since, unseen }: Pick<Observation, "since" | "unseen">, week: WeekSpan): Seen {
  if (since === null || week.to <= since) return "none";
  const gap = unseen[week.key];
  if (gap && gap.services >= gap.of) return "none";
  return since > week.from || (gap && gap.services > gap.of * mostUnseen) ? "some" : "enough";
}

/** Weeks that lie wholly in the span, have ended, and were seen from their beginning to their end. */
export const completeWeeks = (window: FiguresWindow, span: Span, observation: Observation): WeekSpan[] =>
  window.weeks.filter(
    (week) =>
      week.isEnded && week.from >= span.from && week.to <= span.to && seenOf(observation, week) === "enough",
  );

const moment = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;

/**
 * Since when, and with which gaps: a service is seen from the earliest that is written down for it or its repositories, or from
 * its first known deployment if that is earlier; a gap is the time from one period to the next. What is reported by calls does
 * not come by webhooks, so gaps of the repository are none of it.
 */
export async function readObservation(
  ctx: Ctx,
  services: readonly ScopeService[],
  window: Pick<FiguresWindow, "now" | "weeks" | "asOf">,
): Promise<Observation> {
  if (services.length === 0)
    return {
      ...{ since: null, incidentSources: 0, isBlind: false },
      ...{ missing: { unobserved: 0, late: 0 }, unseen: {} },
    };
  const [[row], weeks] = await Promise.all([
    ctx.db.execute<{ since: string | null; sources: number } & Begun>(sql`
      with ${subjects(services)}, ${begun}
      select (select min(at) from begun) as since, (
        select count(*)::int from delivery_services v left join entities e on e.ref = v.entity_ref
        where v.id in (select id from subjects) and ${seesIncidents(window.now)}) as sources,
        ${countBegun(window)}`),
    readUnseen(ctx, services, window),
  ]);
  const blind = weeks.find(({ key }) => key === whole);
  return {
    since: row?.since ? new Date(row.since) : null,
    incidentSources: row?.sources ?? 0,
    isBlind: blind !== undefined && blind.unseen >= blind.of,
    missing: {
      unobserved: (row?.all ?? 0) - (row?.begun ?? 0) + (blind?.owned ?? 0),
      late: row?.late ?? 0,
    },
    unseen: Object.fromEntries(
      weeks.flatMap(({ key, unseen, of }) => (key === whole ? [] : [[key, { services: unseen, of }]])),
    ),
  };
}

type Begun = { all: number; begun: number; late: number };

const endOf = ({ now, asOf }: Pick<FiguresWindow, "now" | "asOf">): Date => (now.to < asOf ? now.to : asOf);

/** That a service belongs to the scope at some time of the window. */
const isOwnedIn = (id: SQL, window: Pick<FiguresWindow, "now" | "asOf">): SQL => sql`exists (
  select from subjects x where x.id = ${id}
    and x.owned_from < ${moment(endOf(window))} and x.owned_to > ${moment(window.now.from)})`;

/** Services that belong to the scope in the window, those of them that are observed by its end, and those only since it began. */
function countBegun(window: Pick<FiguresWindow, "now" | "asOf">): SQL {
  const owned = sql`from begun b where b.at < ${moment(endOf(window))} and ${isOwnedIn(sql`b.id`, window)}`;
  return sql`
    (select count(*)::int from (select distinct id from subjects) s where ${isOwnedIn(sql`s.id`, window)}) as all,
    (select count(*)::int ${owned}) as begun,
    (select count(*)::int ${owned} and b.at > ${moment(window.now.from)}) as late`;
}

/** The row that stands for the window as a whole. */
const whole = "window";

/** `owned`: of the services that are unseen in the window as a whole, those that belong to the scope in it. */
type UnseenRow = { key: string; unseen: number; of: number; owned: number };

/** For each week that a gap touches, and for the window where it lies in gaps as a whole. Most scopes have no gap at all. */
async function readUnseen(
  ctx: Ctx,
  services: readonly ScopeService[],
  window: Pick<FiguresWindow, "now" | "weeks" | "asOf">,
): Promise<UnseenRow[]> {
  const { now, weeks } = window;
  const end = moment(endOf(window));
  const from = new Date(Math.min(now.from.getTime(), ...weeks.map((week) => week.from.getTime())));
  return ctx.db.execute<UnseenRow>(sql`
    with ${subjects(services)}, ${begun}, ${gaps({ from, to: now.to })}, hidden as (
      select id, range_agg(tstzrange(from_at, to_at)) as times from gaps group by id
    )
    select w.key, count(distinct g.id)::int as unseen, (select count(*)::int from begun b where b.at < w.to_at) as of,
      0 as owned
    from unnest(
      ${sql.param(weeks.map(({ key }) => key))}::text[],
      ${sql.param(weeks.map(({ from }) => from.toISOString()))}::text[]::timestamptz[],
      ${sql.param(weeks.map(({ to }) => to.toISOString()))}::text[]::timestamptz[]
    ) as w(key, from_at, to_at)
    join gaps g on g.from_at < w.to_at and g.to_at > w.from_at and g.owned_from < w.to_at and g.owned_to > w.from_at
    group by w.key, w.to_at
    union all
    select ${whole}, count(*)::int, (select count(*)::int from begun b where b.at < ${end}),
      (count(*) filter (where ${isOwnedIn(sql`h.id`, window)}))::int
    from hidden h join begun b on b.id = h.id
    where b.at < ${end} and ${moment(now.from)} < ${end}
      and h.times @> tstzrange(greatest(b.at, ${moment(now.from)}), greatest(b.at, ${end}))
    having count(*) > 0`);
}

/** The gaps themselves, in days of a zone, the newest first: those of the same days and reason are one. */
export async function readGaps(
  ctx: Ctx,
  services: readonly ScopeService[],
  span: { from: Date; to: Date },
  asked: { timeZone: string; asOf: Date; limit: number },
): Promise<ObservationGap[]> {
  if (services.length === 0) return [];
  const day = (at: SQL) => sql`(${at} at time zone ${asked.timeZone})::date::text`;
  return ctx.db.execute<ObservationGap>(sql`
    with ${subjects(services)}, ${gaps(span)}, dated as (
      select id, reason, ${day(sql`from_at`)} as from_day, ${day(sql`least(to_at, ${moment(asked.asOf)})`)} as to_day from gaps
    )
    select from_day as from, to_day as to, reason, count(distinct id)::int as services from dated
    group by from_day, to_day, reason order by from_day desc, to_day desc, reason limit ${asked.limit}`);
}

/** What periods are about: the services themselves, and their repositories where deployments come from these. */
export const subjects = (services: readonly ScopeService[]): SQL => sql`subjects as materialized (
  select v.id, v.entity_ref as subject, s.owned_from, s.owned_to
  from ${serviceRows(services)} join delivery_services v on v.id = s.service_id
  union
  select v.id, r.id, s.owned_from, s.owned_to
  from ${serviceRows(services)} join delivery_services v on v.id = s.service_id
  join entities e on e.ref = v.entity_ref join ${namedRepositories} r on r.named = e.project_slug
  where coalesce(v.source, (select source from delivery_defaults), 'deployment') <> 'reported'
)`;

/** Since when each service was observed. */
export const begun: SQL = sql`begun as materialized (
  select id, min(at) as at from (
    select x.id, o.from_at as at from subjects x join observed_periods o on o.subject = x.subject and o.what = 'deployments'
    union all
    select x.id, r.observed_since from subjects x join repositories r on r.id = x.subject
    where not exists (select 1 from observed_periods o where o.subject = r.id and o.what = 'deployments')
    union all
    select s.id, first.at from (select distinct id from subjects) s cross join lateral (
      select d.at from service_deployments d where d.service_id = s.id and d.tier = 'production' order by d.at limit 1
    ) first
  ) told group by id
)`;

/** From each period that ended to the one that follows; `infinity` where none does. */
export const gaps = ({ from, to }: { from: Date; to: Date }): SQL => sql`gaps as materialized (
  select x.id, x.owned_from, x.owned_to, o.until_at as from_at, coalesce(next.from_at, 'infinity') as to_at, next.reason
  from subjects x join observed_periods o on o.subject = x.subject and o.what = 'deployments'
  left join lateral (
    select n.from_at, n.reason from observed_periods n
    where n.subject = o.subject and n.what = o.what and n.id <> o.id and n.from_at >= o.until_at
    order by n.from_at limit 1
  ) next on true
  where o.until_at < ${moment(to)} and coalesce(next.from_at, 'infinity') > greatest(o.until_at, ${moment(from)})
  union all
  select * from (${endedGaps(moment(to))}) ended where ended.to_at > ${moment(from)}
)`;
