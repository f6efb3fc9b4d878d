import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { namesOfListed } from "#server/github/names-of-listed.ts";
import type { Scope } from "../figures/inputs.ts";
import { membersOf } from "../figures/scope.ts";
import { readImportsRefusal, visibleServices } from "../policy.ts";

/** Times of which not everything was read yet, of any service of a scope. */
export type Importing = {
  spans: readonly { from: Date; to: Date }[];
  /** Else it was stopped, or failed, with a part of it read. */
  isUnderWay: boolean;
  /** Where to see how it goes; null for those who may not. */
  connectionId: string | null;
};

type Row = { from: string; to: string; isUnderWay: boolean; connectionId: string };

/** A list that has no end yet was begun; one whose end lies below what is whole has been read further than that. */
const isTouched: SQL = sql`(h.complete_from is null and (h.has_newest or h.cursors <> '{}') or exists (
  select from jsonb_each(h.cursors) as c(kind, list) where c.list ->> 'readTo' is null
    or c.kind = 'deployments' and (c.list ->> 'readTo')::timestamptz < h.complete_from
      and (c.list ->> 'readTo')::timestamptz > h.reach_at))`;

const failed: SQL = sql`h.state in ('failed', 'gone') and ${isTouched}`;
const notFailed: SQL = sql`
  h.state in ('waiting', 'running') and (i.state in ('waiting', 'running', 'paused') or ${isTouched})`;

/**
 * What was not read to its end, as `u`: from the reach of the import up to what is whole, or to where webhooks began. Of a
 * stopped import, and of one that failed or whose repository is gone, only where a part of a slice was read, because what is
 * there then is not all there is.
 */
const unread = (which: SQL): SQL => sql`(
  select own.slug, h.connection_id, h.reach_at as from_at,
    least(coalesce(h.complete_from, h.until_at), coalesce(k.observed_since, h.until_at)) as to_at,
    i.state in ('waiting', 'running', 'paused') and h.state <> 'failed' as is_under_way
  from history_repositories h join history_imports i on i.connection_id = h.connection_id
  join source_repositories r on r.id = h.repository_id cross join lateral ${namesOfListed}
  left join repositories k on k.id = h.subject
  where ${which}
) u`;
const anyUnread: SQL = unread(sql`${notFailed} or ${failed}`);

/** Most of the time nothing is imported, and that costs one look at a small table. */
async function isAnyUnread(ctx: Ctx): Promise<boolean> {
  const rows = await ctx.db.execute(sql`
    select 1 from history_imports where state <> 'done'
    union all (select 1 from history_repositories where state in ('failed', 'gone') limit 1) limit 1`);
  return rows.length > 0;
}

/**
 * What of a scope's past is being imported; null where nothing is. A failed import hides the figures of the service itself:
 * those of a larger scope say how many services it is about (`countFailed`).
 */
export async function readImporting(ctx: Ctx, scope: Scope, ref: string | null): Promise<Importing | null> {
  if (!(await isAnyUnread(ctx))) return null;
  const { prefix, condition } = membersOf(scope.kind, ref ?? "");
  const rows = await ctx.db.execute<Row>(sql`
    ${prefix}
    select min(u.from_at) as from, u.to_at as to, bool_or(u.is_under_way) as "isUnderWay",
      min(u.connection_id::text) as "connectionId"
    from ${scope.kind === "service" ? anyUnread : unread(notFailed)}
    where u.from_at < u.to_at and exists (
      select from entities e where e.project_slug = u.slug and e.kind_key = 'component' and ${condition}
        and ${visibleServices(ctx.actor)})
    group by u.to_at`);
  if (rows.length === 0) return null;
  return {
    spans: rows.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) })),
    isUnderWay: rows.some((row) => row.isUnderWay),
    connectionId: readImportsRefusal(ctx.actor) ? null : (rows[0]?.connectionId ?? null),
  };
}

/** What of a service's past was not read to its end, its earliest first. */
export type Unread = Pick<Importing, "isUnderWay" | "spans">;

/** Of these services those of whose past something in a span was not read, by reference. */
export async function findUnread(
  ctx: Ctx,
  refs: readonly string[],
  span: { from: Date; to: Date },
): Promise<ReadonlyMap<string, Unread>> {
  if (refs.length === 0 || !(await isAnyUnread(ctx))) return new Map();
  const rows = await ctx.db.execute<Pick<Row, "from" | "to" | "isUnderWay"> & { ref: string }>(sql`
    select distinct e.ref, u.from_at as from, u.to_at as to, u.is_under_way as "isUnderWay" from ${anyUnread}
    join entities e on e.project_slug = u.slug and e.kind_key = 'component'
    where e.ref = any(${sql.param([...refs])}::text[]) and u.from_at < u.to_at and ${lies(span)}
    order by e.ref, u.from_at, u.to_at`);
  const byRef = Map.groupBy(rows, ({ ref }) => ref);
  return new Map(
    [...byRef].map(([ref, own]) => [
      ref,
      {
        isUnderWay: own.some(({ isUnderWay }) => isUnderWay),
        spans: own.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) })),
      },
    ]),
  );
}

const lies = ({ from, to }: { from: Date; to: Date }): SQL =>
  sql`(u.from_at < ${to.toISOString()}::timestamptz and u.to_at > ${from.toISOString()}::timestamptz)`;

/**
 * How many services of a scope stand in its figures with a part of their past only, since its import failed for good: in the
 * window, and of the others those with a part of the time before it.
 */
export async function countFailed(
  ctx: Ctx,
  { scope, ref }: { scope: Scope; ref: string | null },
  { now, before }: Record<"now" | "before", { from: Date; to: Date }>,
): Promise<{ now: number; before: number }> {
  const { prefix, condition } = membersOf(scope.kind, ref ?? "");
  const [row] = await ctx.db.execute<{ now: number; before: number }>(sql`
    ${prefix}
    select (count(*) filter (where is_now))::int as now, (count(*) filter (where is_before and not is_now))::int as before
    from (
      select e.ref, bool_or(${lies(now)}) as is_now, bool_or(${lies(before)}) as is_before
      from ${unread(failed)} join entities e on e.project_slug = u.slug and e.kind_key = 'component'
      join delivery_services v on v.entity_ref = e.ref
      where u.from_at < u.to_at and ${condition} and ${visibleServices(ctx.actor)} group by e.ref
    ) service`);
  return row ?? { now: 0, before: 0 };
}

/** Throws for a window of which not everything was read: what is counted of it would be wrong tomorrow. */
export async function refuseUnread(
  ctx: Ctx,
  { scope, ref }: { scope: Scope; ref: string | null },
  span: { from: Date; to: Date },
): Promise<void> {
  if (touches(await readImporting(ctx, scope, ref), span))
    throw invalid("The past of this window was not read to its end: try again once its import is complete");
}

export const touches = (
  importing: Pick<Importing, "spans"> | null,
  span: { from: Date; to: Date },
): boolean => importing?.spans.some(({ from, to }) => from < span.to && to > span.from) ?? false;
