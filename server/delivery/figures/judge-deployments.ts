import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";

/** Labels that make a pull request a repair. Compared in lower case. */
export const hotfixLabels = ["hotfix", "hot-fix"];

/**
 * Writes at each deployment of the service what its failures make of it: whether it failed (the strongest word of its
 * failures counts; rejected ones count for nothing) and why it is rework: the remedy of a confirmed failure, a rollback,
 * a revert of a change that was deployed before (whether or not that change failed anybody), a pull request with a hotfix
 * label. Labels are looked at from `from` on; older deployments keep what was found. Only rows that change are written. Answers
 * the earliest moment of one of them.
 */
export async function judgeDeployments(tx: Ctx, serviceId: string, from: Date): Promise<Date | null> {
  const since = sql`${from.toISOString()}::timestamptz`;
  const [changed] = await tx.db.execute<{ earliest: string | null }>(sql`
    with told as materialized (
      -- Said as the index has it: of a long history few rows are looked at.
      select d.id, d.at, d.kind, d.rework_signs from service_deployments d
      where d.service_id = ${serviceId}::uuid
        and (d.fail_state is not null or d.rework_signs <> '{}' or d.kind = 'rollback')
    ), failed as (
      select f.deployment_id as id,
        case when bool_or(f.state = 'confirmed') then 'confirmed' else 'suggested' end as state
      from deployment_failures f where f.service_id = ${serviceId}::uuid and f.state <> 'rejected' group by 1
    ), signs as (
      select id, array_agg(distinct sign order by sign) as signs from (
        select f.remedy_id as id, 'remedy' as sign from deployment_failures f
        where f.service_id = ${serviceId}::uuid and f.state = 'confirmed' and f.remedy_id is not null
        union all
        select f.remedy_id, 'revert' from deployment_failures f
        where f.service_id = ${serviceId}::uuid and f.signal = 'revert' and f.remedy_id is not null
        union all
        select id, 'rollback' from told where kind = 'rollback'
        union all
        select id, 'hotfix' from told where at < ${since} and 'hotfix' = any(rework_signs)
        union all
        select c.deployment_id, 'hotfix' from deployment_changes c
        join service_deployments d on d.id = c.deployment_id and d.at >= ${since}
        join pull_requests p on p.repository_id = d.repository_id and p.number = c.pull_request
        where c.service_id = ${serviceId}::uuid and c.pull_request is not null and p.labels <> '{}'
          and exists (select 1 from unnest(p.labels) as l(label) where lower(l.label) = any(${sql.param(hotfixLabels)}::text[]))
      ) all_signs group by id
    ), changed as (
      update service_deployments d set fail_state = j.state, rework_signs = j.signs
      from (
        select o.id, f.state, coalesce(s.signs, '{}') as signs
        from (select id from told union select id from failed union select id from signs) o
        left join failed f on f.id = o.id left join signs s on s.id = o.id
      ) j
      where d.id = j.id and d.service_id = ${serviceId}::uuid and (d.fail_state, d.rework_signs) is distinct from (j.state, j.signs)
      returning d.at
    )
    select min(at) as earliest from changed`);
  return changed?.earliest ? new Date(changed.earliest) : null;
}
