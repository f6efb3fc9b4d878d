import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";

/** A row of `deployment_changes` comes from each deployment and what it brought. */
export type Brought = { deploymentId: number; deployedAt: Date; sha: string; isCounted: boolean };

/**
 * Writes what these deployments brought: each commit's lead time, and the changes (pull requests, and commits that came
 * without one). A pull request counts once, at the first deployment with its last commit; the stages of its lead time add
 * up. Set-based: one statement for commits, one for changes, one for the counts.
 */
export async function writeChanges(
  tx: Ctx,
  chain: { serviceId: string; tier: string; repositoryIds: readonly string[] },
  brought: readonly Brought[],
): Promise<void> {
  const repositories = sql`any(${sql.param([...chain.repositoryIds])}::text[])`;
  for (let from = 0; from < brought.length; from += mostRows) {
    const rows = brought.slice(from, from + mostRows).map(({ deploymentId, deployedAt, sha, isCounted }) => ({
      deployment_id: deploymentId,
      deployed_at: deployedAt.toISOString(),
      sha,
      is_counted: isCounted,
    }));
    await tx.db.execute(sql`
      insert into service_commits (service_id, tier, sha, deployment_id, is_counted, lead_seconds, was_clamped)
      select ${chain.serviceId}, ${chain.tier}, b.sha, b.deployment_id, b.is_counted,
        greatest(0, extract(epoch from b.deployed_at - c.authored_at)), c.authored_at > b.deployed_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as b(deployment_id bigint, deployed_at timestamptz, sha text, is_counted boolean)
      left join commits c on c.repository_id = ${repositories} and c.sha = b.sha
      on conflict do nothing`);
  }
}

const mostRows = 5_000;

/** The changes of deployments whose commits stand in `service_commits`. */
export async function writeChangeRows(
  tx: Ctx,
  chain: { serviceId: string; tier: string; repositoryIds: readonly string[] },
  deploymentIds: readonly number[],
): Promise<void> {
  if (deploymentIds.length === 0) return;
  const repositories = sql`any(${sql.param([...chain.repositoryIds])}::text[])`;
  const ids = sql`any(${sql.param([...deploymentIds])}::bigint[])`;
  await tx.db.execute(sql`
    with brought as materialized (
      select m.deployment_id, m.sha, m.is_counted, d.succeeded_at as deployed_at, d.source_key, c.repository_id,
        c.authored_at, c.pull_request as named, c.parents, c.is_bot
      from service_commits m
      join service_deployments d on d.id = m.deployment_id
      join commits c on c.repository_id = ${repositories} and c.sha = m.sha
      where m.service_id = ${chain.serviceId} and m.tier = ${chain.tier} and m.deployment_id = ${ids}
        and d.attribution = 'complete'
    ),
    -- Which pull request a commit belongs to: its merge, the commits counted back from a rebase merge, the side that a
    -- merge brought in, or the number that its title names.
    merges as materialized (
      select b.deployment_id, b.sha, coalesce(p.number, b.named) as number, b.parents, p.commit_count
      from brought b
      left join pull_requests p on p.repository_id = b.repository_id and p.merge_sha = b.sha and p.merged_at is not null
      where p.number is not null or b.named is not null
    ),
    -- What the branch itself went through: a merge brought in none of it, also where its own branch began there.
    mainline as materialized (
      with recursive line(deployment_id, sha) as (
        select d.id, d.sha from service_deployments d where d.id = ${ids}
        union
        select l.deployment_id, b.parents[1]
        from line l join brought b on b.deployment_id = l.deployment_id and b.sha = l.sha
        where b.parents[1] is not null
      )
      select * from line
    ),
    sides as (
      select s.deployment_id, s.sha, s.number from (
        with recursive side(deployment_id, number, sha, first_parent) as (
          select m.deployment_id, m.number, m.parents[2], m.parents[1] from merges m where cardinality(m.parents) > 1
          union
          select s.deployment_id, s.number, p.sha, s.first_parent
          from side s join brought b on b.deployment_id = s.deployment_id and b.sha = s.sha
          cross join lateral unnest(b.parents) as p(sha)
          where not exists (select from merges o where o.sha = s.sha and o.number <> s.number)
            and not exists (select from mainline n where n.deployment_id = s.deployment_id and n.sha = p.sha)
        )
        select * from side
      ) s
      where not exists (select from mainline n where n.deployment_id = s.deployment_id and n.sha = s.sha)
    ),
    rebased as (
      select r.deployment_id, r.sha, r.number from (
        with recursive line(deployment_id, number, sha, nth, most) as (
          select m.deployment_id, m.number, m.sha, 1, m.commit_count from merges m
          where m.commit_count > 1 and coalesce(cardinality(m.parents), 1) = 1
          union all
          select l.deployment_id, l.number, b.parents[1], l.nth + 1, l.most
          from line l join brought b on b.deployment_id = l.deployment_id and b.sha = l.sha
          where l.nth < l.most
            and not exists (select from merges o where o.sha = b.parents[1] and o.number <> l.number)
        )
        select * from line
      ) r
    ),
    owned as (
      select distinct on (b.sha) b.*, coalesce(m.number, s.number, r.number) as number
      from brought b
      left join merges m on m.sha = b.sha
      left join sides s on s.deployment_id = b.deployment_id and s.sha = b.sha
      left join rebased r on r.deployment_id = b.deployment_id and r.sha = b.sha
      order by b.sha, m.number nulls last, s.number, r.number
    ),
    -- One row for each change: what is its own of the commits, and which is its last.
    changes as (
      select o.deployment_id, o.deployed_at, o.source_key, o.repository_id, o.number,
        case when o.number is null then o.sha end as direct,
        min(o.authored_at) filter (where o.is_counted) as first_authored_at,
        bool_and(o.is_bot) filter (where o.is_counted) as is_bot,
        (array_agg(o.sha order by o.authored_at desc, o.sha))[1] as sha
      from owned o
      group by 1, 2, 3, 4, 5, 6
      having bool_or(o.is_counted)
    ),
    timed as (
      select c.*, p.opened_at, p.merged_at, p.number is not null as is_known, p.ready_at,
        least(c.first_authored_at, p.merged_at, h.first_authored_at, p.opened_at) as t0,
        case when p.opened_at <= least(c.first_authored_at, h.first_authored_at) then 'pull_request_opened'
          when c.number is null then 'commit' else 'pull_request_commit' end as started_by,
        v.reviewed_at
      from changes c
      left join pull_requests p on p.repository_id = c.repository_id and p.number = c.number and p.merged_at is not null
      -- A squash leaves only itself: the branch's own commits are known from the pushes to it before the merge.
      left join lateral (
        select min(k.authored_at) as first_authored_at from pushes u
        join commits k on k.repository_id = u.repository_id and k.sha = any(u.commits)
        where p.number is not null and u.repository_id = p.repository_id and u.ref = 'refs/heads/' || p.head_ref
          and u.pushed_at between p.opened_at - interval '90 days' and p.merged_at
          and not exists (
            select from service_commits e where e.service_id = ${chain.serviceId} and e.tier = ${chain.tier}
              and e.sha = k.sha and e.deployment_id <> c.deployment_id)
      ) h on true
      left join lateral (
        select min(w.submitted_at) as reviewed_at from pull_request_reviews w
        where w.repository_id = p.repository_id and w.pull_request = p.number and not w.is_own
      ) v on true
    ),
    staged as (
      select t.*, greatest(t.t0, t.opened_at, t.ready_at) as s1,
        greatest(t.t0, t.opened_at, t.ready_at, coalesce(t.reviewed_at, t.merged_at)) as s2
      from timed t
    )
    insert into deployment_changes (deployment_id, key, service_id, tier, deployed_at, pull_request, sha, started_at,
      started_by, lead_seconds, coding_seconds, pickup_seconds, review_seconds, deploy_seconds, was_clamped, is_bot)
    select s.deployment_id, coalesce('pull:' || s.number, 'commit:' || s.direct), ${chain.serviceId}, ${chain.tier},
      s.deployed_at, s.number, s.sha, s.t0, s.started_by,
      greatest(0, extract(epoch from s.deployed_at - s.t0)),
      case when s.is_known then extract(epoch from least(s.s1, s.cap) - least(s.t0, s.cap)) end,
      case when s.is_known then extract(epoch from least(s.s2, s.cap) - least(s.s1, s.cap)) end,
      case when s.is_known then extract(epoch from least(s.s3, s.cap) - least(s.s2, s.cap)) end,
      case when s.is_known then extract(epoch from s.cap - least(s.s3, s.cap)) end,
      s.t0 > s.deployed_at, coalesce(s.is_bot, false)
    from (
      select x.*, greatest(x.s2, x.merged_at) as s3, greatest(x.t0, x.deployed_at) as cap,
        row_number() over (partition by x.number, x.direct order by x.deployed_at, x.source_key) as nth
      from staged x
    ) s
    -- A pull request counts once, at the first deployment with its merge.
    where s.nth = 1 and (s.number is null or not exists (
      select from deployment_changes e
      where e.service_id = ${chain.serviceId} and e.tier = ${chain.tier} and e.pull_request = s.number
        and e.deployment_id <> s.deployment_id))
    on conflict do nothing`);
  await tx.db.execute(sql`
    update service_deployments d
    set commit_count = coalesce(m.n, 0), change_count = coalesce(c.n, 0)
    from unnest(${sql.param([...deploymentIds])}::bigint[]) as i(id)
    left join (select deployment_id, count(*) filter (where is_counted) as n from service_commits
      where deployment_id = ${ids} group by 1) m on m.deployment_id = i.id
    left join (select deployment_id, count(*) as n from deployment_changes
      where deployment_id = ${ids} group by 1) c on c.deployment_id = i.id
    where d.id = i.id and (d.commit_count, d.change_count) is distinct from (coalesce(m.n, 0), coalesce(c.n, 0))`);
}
