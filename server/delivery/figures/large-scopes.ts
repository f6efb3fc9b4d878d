import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Scope } from "./inputs.ts";

/**
 * A team or system, and a single service, with more deployments to production in a year has its figures kept ready. Of several
 * services at once more are read within the time that a page may take.
 */
const many = { together: 4_000, alone: 2_000 };
const lookAgainMs = 600_000;

let last: { at: number; db: Ctx["db"]; scopes: Scope[] } | null = null;

/**
 * The scopes whose figures are kept ready: the organisation, and teams, systems and services with so much history that a
 * page would wait for it. Which ones those are is looked at again every ten minutes.
 */
export async function standingScopes(ctx: Ctx): Promise<Scope[]> {
  const now = ctx.now().getTime();
  if (last && last.db === ctx.db && Math.abs(now - last.at) < lookAgainMs) return last.scopes;
  const since = new Date(now - 365 * 86_400_000).toISOString();
  const rows = await ctx.db.execute<{ kind: "service" | "team" | "system"; ref: string }>(sql`
    with recursive busy as materialized (
      select v.entity_ref as ref, count(*) as n from service_deployments d join delivery_services v on v.id = d.service_id
      where d.tier = 'production' and d.at >= ${since}::timestamptz group by 1
    ), owned as (
      select e.owner_ref as ref, sum(b.n) as n from busy b join entities e on e.ref = b.ref
      where e.file_gone_at is null and e.owner_ref is not null group by 1
    ), above(ref, origin) as (
      select ref, ref from owned
      union
      select r.target_ref, above.origin from above join entity_relations r on r.source_ref = above.ref and r.type = 'childOf'
    )
    select 'team' as kind, g.ref from (
      select above.ref, sum(owned.n) as n from above join owned on owned.ref = above.origin group by 1
    ) g join entities e on e.ref = g.ref and e.kind_key = 'group' where g.n > ${many.together}
    union all
    select 'system', e.system_ref from busy b join entities e on e.ref = b.ref
    where e.file_gone_at is null and e.system_ref is not null group by e.system_ref having sum(b.n) > ${many.together}
    union all
    select 'service', b.ref from busy b join entities e on e.ref = b.ref where b.n > ${many.alone}`);
  const scopes: Scope[] = [{ kind: "organisation" }, ...rows.map(({ kind, ref }) => ({ kind, ref }))];
  last = { at: now, db: ctx.db, scopes };
  return scopes;
}
