import { type SQL, sql } from "drizzle-orm";
import type { Options } from "./parts.ts";
import { isKept } from "./parts.ts";
import { type ScopeService, serviceRows } from "./scope.ts";
import type { Span } from "./window.ts";

const moment = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;
const moments = (all: Date[]): SQL =>
  sql`${sql.param(all.map((at) => at.toISOString()))}::text[]::timestamptz[]`;

const inOrder = (spans: readonly Span[]) => spans.toSorted((a, b) => a.from.getTime() - b.from.getTime());

/** Stretches of time as rows of a query, named `w`, by their beginning. */
export function spanRows(spans: readonly Span[]): SQL {
  const sorted = inOrder(spans);
  return sql`unnest(
    ${sql.param(sorted.map(({ key }) => key))}::text[],
    ${moments(sorted.map(({ from }) => from))},
    ${moments(sorted.map(({ to }) => to))},
    ${moments(sorted.map(({ judgedTo }) => judgedTo))}
  ) with ordinality as w(key, from_at, to_at, judged_to, position)`;
}

/** That a row's moment lies in the time that the spans cover, said so that an index on it is of use. */
function isCovered(column: SQL, spans: readonly Span[]): SQL {
  const first = new Date(Math.min(...spans.map(({ from }) => from.getTime())));
  const last = new Date(Math.max(...spans.map(({ to }) => to.getTime())));
  return sql`${column} >= ${moment(first)} and ${column} < ${moment(last)}`;
}

/**
 * That the moment lies in the span `w`, found by search among their beginnings. Spans must not overlap; gaps may lie between.
 * The beginnings stand in a query of their own, or they would be read out of their text for each row.
 */
const isInSpan = (column: SQL, spans: readonly Span[]): SQL => sql`
  w.position = width_bucket(${column}, (select ${moments(inOrder(spans).map(({ from }) => from))}))
  and ${column} < w.to_at`;

/** Deployments `d` to production of the services in each span `w`, whether kept or not. */
export const deploymentsIn = (services: readonly ScopeService[], spans: readonly Span[]): SQL => sql`
  ${serviceRows(services)}
  join service_deployments d on d.service_id = s.service_id and d.tier = 'production'
    and ${isCovered(sql`d.at`, spans)} and d.at >= s.owned_from and d.at < s.owned_to
  join ${spanRows(spans)} on ${isInSpan(sql`d.at`, spans)}`;

/** Changes `c` that they brought, without those of deployments that are left out. */
export const changesIn = (
  services: readonly ScopeService[],
  spans: readonly Span[],
  options: Options,
): SQL => sql`
  ${serviceRows(services)}
  join deployment_changes c on c.service_id = s.service_id and c.tier = 'production'
    and ${isCovered(sql`c.deployed_at`, spans)}
    and c.deployed_at >= s.owned_from and c.deployed_at < s.owned_to
    ${options.exclusions ? sql`and not exists (select 1 from service_deployments x where x.id = c.deployment_id and x.is_excluded)` : sql``}
  join ${spanRows(spans)} on ${isInSpan(sql`c.deployed_at`, spans)}`;

/** Failures of deployments that were whole again before the first span are none of theirs, and mostly nearly all there are. */
function isOpenAt(spans: readonly Span[]): SQL {
  const first = moment(new Date(Math.min(...spans.map(({ from }) => from.getTime()))));
  return sql`and (f.recovered_at is null or f.recovered_at >= ${first}) and not exists (
    select 1 from deployment_failures e
    where e.deployment_id = f.deployment_id and e.state = 'confirmed' and e.recovered_at < ${first})`;
}

/**
 * Deployments `x` with a confirmed failure, in each span `w` in which they recovered or at whose end they were open, with
 * `recovered_at` and `detected_at`: the earliest that any of their failures says. One that is excluded, or whose changes
 * are not known, is not among them.
 */
export const failuresIn = (
  services: readonly ScopeService[],
  spans: readonly Span[],
  options: Options,
): SQL => sql`
  ${spanRows(spans)} join (
    select d.id, d.at, min(f.recovered_at) as recovered_at, min(f.detected_at) as detected_at
    from ${serviceRows(services)}
    join deployment_failures f on f.service_id = s.service_id and f.state = 'confirmed'
      ${isOpenAt(spans)}
    join service_deployments d on d.id = f.deployment_id and d.tier = 'production' and d.kind is not null
      and d.attribution = 'complete' and d.at >= s.owned_from and d.at < s.owned_to and ${isKept(options)}
    group by d.id, d.at
  ) x on x.at < w.to_at and (x.recovered_at is null or x.recovered_at >= w.from_at)`;
