import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";

export type Size = { services: number; deployments: number; commits: number; days: number };

/**
 * Fills the tables of figures by SQL, in the proportions of a large organisation: services in 50 teams under five
 * departments and one company, few of them busy and most of them quiet; two or three changes to a deployment; one in
 * twenty with a failure. Everything is to production, which is the hardest for the figures.
 */
export async function fillHistory(db: Db, size: Size, say: (text: string) => void): Promise<void> {
  const steps: [string, ReturnType<typeof sql>][] = [
    ["catalogue", catalogue(size)],
    ["relations", relations],
    ["services", services],
    ["deployments", deployments(size)],
    [
      "observation",
      sql`insert into observed_periods (subject, what, from_at, reason)
      select entity_ref, what, now() - make_interval(days => ${size.days}), 'bench'
      from delivery_services cross join unnest(array['deployments', 'incidents']) as w(what)`,
    ],
    ["commits", commits(size)],
    ["changes", changes],
    ["failures", failures],
  ];
  for (const [name, step] of steps) {
    const began = performance.now();
    await db.execute(step);
    say(`filled ${name} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  await db.execute(sql`update service_deployments d set fail_state = f.state from (
    select deployment_id, case when bool_or(state = 'confirmed') then 'confirmed' else 'suggested' end as state
    from deployment_failures where state <> 'rejected' group by 1) f where f.deployment_id = d.id`);
  await db.execute(sql`vacuum analyze`);
}

const catalogue = ({ services: count }: Size) => sql`
  with location as (
    insert into locations (type, target, created_by) values ('folder', 'bench', 'bench') returning id
  ), named as (
    select 'Component' as kind, 'service-' || n as name, 'group:default/team-' || (n % 50) as owner,
      'system:default/system-' || (n % 200) as system from generate_series(1, ${count}::int) n
    union all select 'Group', 'team-' || n, null, null from generate_series(0, 49) n
    union all select 'Group', 'department-' || n, null, null from generate_series(0, 4) n
    union all select 'Group', 'company', null, null
    union all select 'System', 'system-' || n, null, null from generate_series(0, 199) n
  )
  insert into entities (location_id, ref, kind, kind_key, namespace, namespace_key, name, name_key, display_key, api_version,
    owner_ref, system_ref, tags, verdict, file, line, content_hash, created_at, updated_at, search_text, search_words)
  select location.id, lower(kind) || ':default/' || name, kind, lower(kind), 'default', 'default', name, name, name,
    'backstage.io/v1alpha1', owner, system, '{}', 'valid', 'a.yaml', 1, '', now(), now(), name, ''
  from named cross join location`;

const relations = sql`
  with pairs as (
    select 'group:default/department-' || n as above, 'group:default/team-' || t as below
    from generate_series(0, 4) n, generate_series(0, 49) t where t % 5 = n
    union all select 'group:default/company', 'group:default/department-' || n from generate_series(0, 4) n
  )
  insert into entity_relations (origin_id, source_ref, type, target_ref)
  select 1, above, 'parentOf', below from pairs union all select 1, below, 'childOf', above from pairs`;

const services = sql`
  insert into delivery_services (entity_ref) select ref from entities where kind_key = 'component'`;

/** Service number n is the busier the smaller n is: a few have ten thousand deployments and more. */
const deployments = ({ services: count, deployments: rows, days }: Size) => sql`
  with numbered as materialized (
    select id, row_number() over (order by split_part(entity_ref, '-', 2)::int) as n from delivery_services
  ), drawn as (
    select g, ceil(${count}::int * random() ^ 2.2)::int as n, now() - random() * make_interval(days => ${days}) as at,
      random() as sort
    from generate_series(1, ${rows}::int) g
  )
  insert into service_deployments (service_id, tier, source, source_key, environment, sha, created_at, succeeded_at, failed_at,
    kind, attribution, is_excluded, definition, commit_count, change_count, rework_signs)
  select v.id, 'production', 'deployment', g::text, 'production', md5(g::text), at,
    case when sort >= 0.02 then at end, case when sort < 0.02 then at end,
    case when sort < 0.02 then null when sort < 0.04 then 'rollback' when sort < 0.08 then 'redeploy' else 'forward' end,
    case when sort < 0.02 then null when sort > 0.97 then 'unknown' else 'complete' end,
    sort between 0.5 and 0.502, 1, 5, 2, case when sort between 0.02 and 0.04 then array['rollback'] else '{}' end
  from drawn join numbered v on v.n = greatest(1, drawn.n)`;

const commits = ({ commits: rows, deployments: all }: Size) => sql`
  insert into service_commits (service_id, tier, sha, deployment_id, is_counted, lead_seconds)
  select d.service_id, 'production', md5(d.id || ' ' || k), d.id, true, -ln(1 - random()) * 90000
  from service_deployments d cross join generate_series(1, ${Math.ceil(rows / all) + 1}::int) k
  where d.kind = 'forward' limit ${rows}::int`;

const changes = sql`
  insert into deployment_changes (deployment_id, key, service_id, tier, deployed_at, pull_request, sha, started_at, started_by,
    lead_seconds, coding_seconds, pickup_seconds, review_seconds, deploy_seconds, is_bot)
  select d.id, 'pull:' || k, d.service_id, 'production', d.at, k, d.sha, d.at - make_interval(secs => lead), 'pull_request_commit',
    lead, lead * 0.5, lead * 0.2, lead * 0.2, lead * 0.1, random() < 0.13
  from service_deployments d cross join generate_series(1, 5) k
  cross join lateral (select -ln(1 - random()) * (20000 + 90000 * (d.id % 7)) + k as lead) l
  where d.kind = 'forward' and d.attribution = 'complete' and k <= 1 + d.id % 4`;

const failures = sql`
  insert into deployment_failures (deployment_id, service_id, signal, signal_key, confidence, seen_at, recovered_at, detected_at, evidence)
  select d.id, d.service_id, case when d.id % 40 < 20 then 'incident' else 'rollback' end, d.id::text,
    case when d.id % 60 < 40 then 'confirmed' else 'suggested' end, d.at, case when d.id % 1000 > 4 then d.at + random() * interval '2 days' end,
    d.at + interval '10 minutes', '{}'
  from service_deployments d where d.kind = 'forward' and d.attribution = 'complete' and d.id % 20 = 0`;
