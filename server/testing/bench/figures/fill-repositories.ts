import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";

/**
 * Gives each service of `fillHistory` a repository of its own, with the commits that its deployments brought, one after
 * another, and a pull request for one in three of them.
 */
export async function fillRepositories(db: Db, say: (text: string) => void): Promise<void> {
  const began = performance.now();
  for (const step of [repositories, slugs, commits, pulls]) await db.execute(step);
  await db.execute(sql`vacuum analyze`);
  say(`filled repositories in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

const slugOf = sql`'bench/' || split_part(v.entity_ref, '/', 2)`;

const repositories = sql`
  insert into repositories (id, full_name, slug, default_branch, observed_since, is_demo, as_of, as_of_guid)
  select 'bench:' || split_part(v.entity_ref, '-', 2), ${slugOf}, ${slugOf}, 'main', now() - interval '3 years', false, now(), '1'
  from delivery_services v`;

const slugs = sql`
  update entities e set project_slug = ${slugOf} from delivery_services v where v.entity_ref = e.ref`;

const commits = sql`
  insert into commits (repository_id, sha, title, authored_at, committed_at, paths, parents, pull_request, as_of, as_of_guid)
  select m.repository_id, m.sha, 'A change', m.at - make_interval(secs => m.lead), m.at, '{}',
    case when m.before is null then '{}' else array[m.before] end, case when m.n % 3 = 0 then m.n end, now(), '1'
  from (
    select 'bench:' || split_part(v.entity_ref, '-', 2) as repository_id, c.sha, d.at, c.lead_seconds as lead,
      lag(c.sha) over by_time as before, (row_number() over by_time)::int as n
    from service_commits c join service_deployments d on d.id = c.deployment_id
    join delivery_services v on v.id = c.service_id
    window by_time as (partition by c.service_id order by d.at, c.sha)
  ) m`;

const pulls = sql`
  insert into pull_requests (repository_id, number, title, state, is_draft, base_ref, head_ref, head_sha, labels, opened_at,
    closed_at, merged_at, merge_sha, commit_count, as_of, as_of_guid)
  select repository_id, pull_request, 'A change', 'closed', false, 'main', 'branch-' || pull_request, sha, '{}',
    authored_at, committed_at, committed_at, sha, 1, now(), '1'
  from commits where pull_request is not null`;
