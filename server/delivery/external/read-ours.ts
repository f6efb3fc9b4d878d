import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { changesIn, deploymentsIn } from "#server/delivery/figures/rows.ts";
import type { ScopeService } from "#server/delivery/figures/scope.ts";
import type { Span } from "#server/delivery/figures/window.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import type { Ours } from "./compare-deployments.ts";
import type { OurWeek } from "./compare-weeks.ts";

/** So many are laid beside a file: it has at most ten thousand rows itself. */
export const mostOurs = 50_000;

type Row = Omit<Ours, "at" | "regions" | "isProduction"> & {
  at: string;
  tier: string;
  regions: { environment: string; succeededAt: string | null }[] | null;
};

/** Deployments of services to any environment, between two moments. */
export async function readOurs(
  ctx: Ctx,
  services: readonly { id: string; ref: string; name: string }[],
  { from, to }: { from: Date; to: Date },
): Promise<Ours[]> {
  if (services.length === 0) return [];
  const names = new Map(services.map(({ ref, name }) => [ref, name]));
  const rows = await ctx.db.execute<Row>(sql`
    select d.id::float8 as id, v.entity_ref as "serviceRef", d.at, d.environment, d.tier, d.sha, d.outcome, d.kind,
      d.is_excluded as "isExcluded", d.parts as regions
    from service_deployments d join delivery_services v on v.id = d.service_id
    where d.service_id = any(${sql.param(services.map(({ id }) => id))}::uuid[])
      and d.at >= ${from.toISOString()}::timestamptz and d.at <= ${to.toISOString()}::timestamptz
    order by d.at, d.id limit ${mostOurs}`);
  return rows.map(({ at, tier, regions, ...row }) => ({
    ...row,
    service: names.get(row.serviceRef) ?? row.serviceRef,
    at: new Date(at),
    isProduction: tier === "production",
    regions: (regions ?? []).map((region) => ({
      environment: region.environment,
      at: new Date(region.succeededAt ?? at),
    })),
  }));
}

/** Since when each service is seen, by its reference: what is written down, or its first deployment if that is earlier. */
export async function readSeenSince(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Date | null>> {
  const rows = await ctx.db.execute<{ ref: string; since: string | null }>(sql`
    select v.entity_ref as ref, least(
      (select min(o.from_at) from observed_periods o where o.what = 'deployments' and (o.subject = v.entity_ref
        or o.subject in (select r.id from entities e join ${namedRepositories} r on r.named = e.project_slug where e.ref = v.entity_ref))),
      (select min(r.observed_since) from entities e join ${namedRepositories} r on r.named = e.project_slug where e.ref = v.entity_ref),
      (select min(d.at) from service_deployments d where d.service_id = v.id)) as since
    from delivery_services v where v.id = any(${sql.param([...ids])}::uuid[])`);
  return new Map(rows.map(({ ref, since }) => [ref, since ? new Date(since) : null]));
}

type CountRow = Record<
  "deployments" | "failed" | "redeploys" | "rollbacks" | "excluded" | "failedRollouts" | "regions",
  number
> & {
  ref: string;
  key: string;
};

/** What each of these weeks had for each service, under `<ref> <first day>`. Weeks do not overlap. */
export async function readOurWeeks(
  ctx: Ctx,
  services: readonly { id: string; ref: string }[],
  weeks: readonly Span[],
  seenSince: ReadonlyMap<string, Date | null>,
): Promise<Map<string, OurWeek>> {
  if (services.length === 0 || weeks.length === 0) return new Map();
  const scope = services.map((one): ScopeService => ({ ...one, from: "-infinity", to: "infinity" }));
  const isNew = sql`d.kind in ('baseline', 'forward', 'unknown')`;
  const count = (condition: ReturnType<typeof sql>) => sql`(count(*) filter (where ${condition}))::int`;
  const [counts, leads] = await Promise.all([
    ctx.db.execute<CountRow>(sql`
      select v.entity_ref as ref, w.key, ${count(sql`not d.is_excluded and ${isNew}`)} as deployments,
        ${count(sql`not d.is_excluded and d.kind = 'forward' and d.fail_state = 'confirmed'`)} as failed,
        ${count(sql`not d.is_excluded and d.kind = 'redeploy'`)} as redeploys,
        ${count(sql`not d.is_excluded and d.kind = 'rollback'`)} as rollbacks,
        ${count(sql`d.is_excluded and d.outcome = 'success'`)} as excluded,
        ${count(sql`d.outcome = 'failure'`)} as "failedRollouts",
        coalesce(sum(jsonb_array_length(d.parts) - 1) filter (where not d.is_excluded), 0)::int as regions
      from ${deploymentsIn(scope, weeks)} join delivery_services v on v.id = d.service_id group by 1, 2`),
    ctx.db.execute<{ ref: string; key: string; lead: number | null; changes: number }>(sql`
      select v.entity_ref as ref, w.key, count(*)::int as changes,
        percentile_cont(0.5) within group (order by c.lead_seconds) as lead
      from ${changesIn(scope, weeks, { exclusions: true, bots: true })}
      join delivery_services v on v.id = c.service_id group by 1, 2`),
  ]);
  const counted = new Map(counts.map((row) => [`${row.ref} ${row.key}`, row]));
  const led = new Map(leads.map((row) => [`${row.ref} ${row.key}`, row]));
  const none = {
    deployments: 0,
    failed: 0,
    redeploys: 0,
    rollbacks: 0,
    excluded: 0,
    failedRollouts: 0,
    regions: 0,
  };
  const found = new Map<string, OurWeek>();
  for (const { ref } of services)
    for (const week of weeks) {
      const key = `${ref} ${week.key}`;
      const { ref: _, key: __, ...row } = counted.get(key) ?? { ...none, ref, key };
      const since = seenSince.get(ref);
      found.set(key, {
        ...row,
        leadSeconds: led.get(key)?.lead ?? null,
        changes: led.get(key)?.changes ?? 0,
        isObserved: since !== undefined && since !== null && week.to > since,
        isOver: week.to <= ctx.now(),
      });
    }
  return found;
}
