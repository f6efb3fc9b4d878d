import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { DeliveryFacts } from "#server/delivery/facts.ts";
import { chosenSource } from "./read-default-source.ts";

/** The job that works out what is due. */
export const projectServicesJob = { name: "delivery-project-services" } as const;

/** What a batch of facts touches in one repository; times and keys as JSON takes them. */
type Touched = {
  repository_id: string;
  /** The earliest moment of a deployment among them; null when there is none. */
  deployed: string | null;
  /** Other things that can be deployments: runs, releases, tags, merges. */
  other: string | null;
  shas: string[];
  pulls: number[];
  /** Branches that were pushed to. */
  heads: string[];
  incidents: boolean;
};

/**
 * Marks, in the transaction that wrote the facts, which services have to be worked out again and from when on. Cheap: one
 * statement for a batch. A service is known from the first of its facts on.
 */
export async function markServicesDue(tx: Ctx, facts: readonly DeliveryFacts[]): Promise<void> {
  const touched = touchedBy(facts);
  if (touched.length === 0) return;
  const rows = await tx.db.execute(sql`
    with touched as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(touched)}::jsonb) as t(repository_id text,
        deployed timestamptz, other timestamptz, shas jsonb, pulls jsonb, heads jsonb, incidents boolean)
    ),
    candidates as (
      select t.*, s.entity_ref from touched t
      join repositories r on r.id = t.repository_id
      -- Also by names that it has lost: what it did before may be told late.
      cross join lateral (
        select r.slug union all
        select n.slug from repository_names n where n.repository_id = r.id and n.is_former
      ) as own(slug)
      join entities e on e.project_slug = own.slug and e.kind_key = 'component'
      cross join lateral (select e.ref as entity_ref) s
      union
      select t.*, s.entity_ref from touched t
      join delivery_services s on s.settings ->> 'repositoryId' = t.repository_id
    ),
    due as (
      select c.entity_ref, min(c.at) as due_from, bool_and(c.is_demo) as is_demo from (
        select c.entity_ref, r.is_demo, least(
          case when ${chosenSource} = 'deployment' then c.deployed else c.other end,
          -- What is learnt of commits changes those deployments that they came with, and those that waited for them.
          (select min(d.succeeded_at) from service_deployments d
            join service_commits m on m.deployment_id = d.id
            where d.service_id = s.id and m.service_id = s.id and m.sha in (select jsonb_array_elements_text(c.shas))),
          (select min(d.succeeded_at) from service_deployments d
            where d.service_id = s.id and d.missing_shas is not null
              and d.missing_shas && array(select jsonb_array_elements_text(c.shas))),
          (select min(x.deployed_at) from deployment_changes x
            where x.service_id = s.id and x.pull_request in (
              select one::int from jsonb_array_elements_text(c.pulls) as one)),
          (select min(d.succeeded_at) from pull_requests p
            join service_commits m on m.service_id = s.id and m.sha = p.merge_sha
            join service_deployments d on d.id = m.deployment_id
            where p.repository_id = c.repository_id and p.number in (
              select one::int from jsonb_array_elements_text(c.pulls) as one)),
          -- A squash leaves only itself: when its work began is told by pushes to its branch, which may come late.
          (select min(x.deployed_at) from pull_requests p
            join deployment_changes x on x.service_id = s.id and x.pull_request = p.number
            where p.repository_id = c.repository_id and p.merged_at is not null
              and p.head_ref in (select jsonb_array_elements_text(c.heads))),
          case when c.incidents then ${tx.now().toISOString()}::timestamptz end
        ) as at
        from candidates c
        join repositories r on r.id = c.repository_id
        left join delivery_services s on s.entity_ref = c.entity_ref
      ) c
      where c.at is not null group by 1
    )
    insert into delivery_services as s (entity_ref, due_from, due_count, is_demo)
    select entity_ref, due_from, 1, is_demo from due order by entity_ref
    on conflict (entity_ref) do update
      set due_from = least(coalesce(s.due_from, excluded.due_from), excluded.due_from), due_count = s.due_count + 1,
        is_demo = s.is_demo and excluded.is_demo
    returning 1`);
  if (rows.length > 0) await enqueue(tx, projectServicesJob, {});
}

/** Marks services as due from this moment on, by the references of their Components; unknown ones become known. */
export async function markRefsDue(tx: Ctx, refs: readonly string[], from: Date): Promise<void> {
  if (refs.length === 0) return;
  await tx.db.execute(sql`
    insert into delivery_services as s (entity_ref, due_from, due_count)
    select one, ${from.toISOString()}::timestamptz, 1
    from (select distinct one from unnest(${sql.param([...refs])}::text[]) as one order by one) as o
    on conflict (entity_ref) do update
      set due_from = least(coalesce(s.due_from, excluded.due_from), excluded.due_from), due_count = s.due_count + 1`);
  await enqueue(tx, projectServicesJob, {});
}

function touchedBy(facts: readonly DeliveryFacts[]): Touched[] {
  const found = new Map<string, Touched>();
  for (const fact of facts) {
    const repositoryId = fact.repository.id;
    const before = found.get(repositoryId) ?? {
      repository_id: repositoryId,
      deployed: null,
      other: null,
      shas: [],
      pulls: [],
      heads: [],
      incidents: false,
    };
    const others = [
      ...(fact.workflowRuns ?? []).map(({ startedAt }) => startedAt),
      ...(fact.releases ?? []).map(({ publishedAt }) => publishedAt),
      ...(fact.tags ?? []).map(({ taggedAt, asOf }) => taggedAt ?? asOf),
      ...(fact.pullRequests ?? []).map(({ mergedAt }) => mergedAt),
    ];
    const deployed = (fact.deployments ?? []).flatMap((one) => [
      one.createdAt,
      one.succeededAt,
      one.failedAt,
      one.lastFailedAt,
    ]);
    found.set(repositoryId, {
      repository_id: repositoryId,
      deployed: earliest([before.deployed, ...deployed]),
      other: earliest([before.other, ...others]),
      shas: [...before.shas, ...(fact.commits ?? []).map(({ sha }) => sha)],
      pulls: [
        ...before.pulls,
        ...(fact.pullRequests ?? []).map(({ number }) => number),
        ...(fact.reviews ?? []).map(({ pullRequest }) => pullRequest),
      ],
      heads: [...before.heads, ...(fact.pushes ?? []).flatMap(({ ref }) => branchOf(ref) ?? [])],
      incidents: before.incidents || (fact.incidents ?? []).length > 0,
    });
  }
  return [...found.values()];
}

const branchOf = (ref: string) => /^refs\/heads\/(.+)$/.exec(ref)?.[1];

function earliest(times: readonly (Date | string | null | undefined)[]): string | null {
  const known = times.flatMap((time) => (time ? [new Date(time).getTime()] : []));
  return known.length > 0 ? new Date(Math.min(...known)).toISOString() : null;
}
