import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { plainTitle } from "#server/delivery/history/read-message.ts";
import { knownIncidents } from "./known-incidents.ts";
import type { SourceRule } from "./recognise.ts";

/** A revert this long after the deployment is a suggestion: it may as well be a change of mind. */
export const revertDays = 14;
/** A hotfix, or an incident that names nothing, within this time points at the deployment before it. */
export const nearbyHours = 24;

type Subject = { serviceId: string } & Pick<SourceRule, "entityRef" | "repositoryIds" | "held">;

/**
 * Finds out anew which production deployments did harm, from all that is known: few rows whatever the history's length.
 * What people decided stays with what it was decided about. The signals and their confidence are those of
 * docs/delivery.md; a suggestion never enters a rate.
 */
export async function findFailures(tx: Ctx, subject: Subject): Promise<void> {
  const reverts = await resolveReverts(tx, subject);
  const mine = sql`select d.* from service_deployments d
    where d.service_id = ${subject.serviceId} and d.tier = 'production' and d.succeeded_at is not null`;
  const near = sql`make_interval(hours => ${nearbyHours})`;
  await tx.db.execute(sql`
    with numbered as (
      -- The order in which they were placed.
      select m.*, row_number() over (
        order by m.succeeded_at, coalesce(c.committed_at, c.authored_at), length(m.source_key), m.source_key) as nth
      from (${mine}) m left join commits c on c.repository_id = m.repository_id and c.sha = m.sha
    ),
    -- Neighbours are told once for all: to look for them from each row would take the square of a long history.
    chain as materialized (
      select n.*, case when n.sha is not null then lag(n.nth) over (partition by n.sha order by n.nth) end as same_before,
        max(n.nth) filter (where n.kind = 'forward') over (
          order by n.nth rows between unbounded preceding and 1 preceding) as forward_before,
        min(n.nth) filter (where n.kind = 'forward') over (
          order by n.nth desc rows between unbounded preceding and 1 preceding) as forward_after
      from numbered n
    ),
    broken as (
      select d.id as deployment_id, 'status' as signal, d.source_key as signal_key, 'confirmed' as confidence,
        d.broke_at as seen_at, n.id as remedy_id, n.succeeded_at as recovered_at,
        jsonb_build_object('brokeAt', d.broke_at) as evidence
      from chain d
      left join lateral (
        select n.id, n.succeeded_at from chain n where n.succeeded_at > d.broke_at order by n.nth limit 1
      ) n on true
      where d.broke_at is not null and d.kind in ('forward', 'baseline', 'unknown')
    ),
    -- The guilty one is the first forward deployment after the version that it went back to was last live.
    rolled_back as (
      select c.id, 'rollback', b.source_key, 'confirmed', b.succeeded_at, b.id, b.succeeded_at,
        jsonb_build_object('rollback', b.source_key, 'backTo', left(b.sha, 12))
      from chain b
      left join chain t on t.nth = b.same_before
      join chain c on c.nth = case when t.nth is null then b.nth - 1 else t.forward_after end
        and c.nth < b.nth and c.kind = 'forward'
      where b.kind = 'rollback'
    ),
    reverted as (
      select c.id, 'revert', r.revert,
        case when r.reverted_at <= c.succeeded_at + make_interval(days => ${revertDays}) then 'confirmed' else 'suggested' end,
        r.reverted_at, d.id, d.succeeded_at,
        jsonb_build_object('revert', r.revert, 'reverted', r.target, 'revertedAt', r.reverted_at)
      from jsonb_to_recordset(${JSON.stringify(reverts)}::jsonb) as r(revert text, target text, reverted_at timestamptz)
      join service_commits mr on mr.service_id = ${subject.serviceId} and mr.tier = 'production' and mr.sha = r.revert
      join service_commits mt on mt.service_id = ${subject.serviceId} and mt.tier = 'production' and mt.sha = r.target
      join chain d on d.id = mr.deployment_id
      join chain c on c.id = mt.deployment_id
      where c.nth < d.nth and c.kind <> 'baseline'
    ),
    hotfixes as (
      select c.id, 'hotfix', 'pull:' || p.number, 'suggested', d.succeeded_at, d.id, d.succeeded_at,
        jsonb_build_object('pullRequest', p.number, 'title', p.title)
      from deployment_changes x
      join chain d on d.id = x.deployment_id
      join pull_requests p on p.repository_id = d.repository_id and p.number = x.pull_request
      join chain c on c.nth = d.forward_before
      where x.service_id = ${subject.serviceId} and x.tier = 'production' and p.merged_at is not null
        and (p.head_ref ~* '^hotfix[/-]' or exists (select from unnest(p.labels) as l where l ~* '^hot-?fix'))
        and d.succeeded_at <= c.succeeded_at + ${near}
    ),
    known_incidents as (
      ${knownIncidents(subject)}
    ),
    incident_hits as (
      select h.id, case when h.is_named then 'incident' else 'incident_nearby' end, i.key,
        case when h.is_named then 'confirmed' else 'suggested' end, i.opened_at, f.id,
        coalesce(i.resolved_at, f.succeeded_at),
        jsonb_build_object('incident', i.key, 'title', i.title, 'openedAt', i.opened_at, 'resolvedAt', i.resolved_at)
      from known_incidents i
      cross join lateral (
        select c.id, c.nth, c.succeeded_at, is_named from (
          select c.*, coalesce(i.named_sha is not null and c.sha like i.named_sha || '%', false)
            or coalesce(i.named_key = c.source_key, false) as is_named
          from chain c
          where c.kind in ('forward', 'baseline', 'unknown')
        ) c
        where c.is_named
          or i.named_sha is null and i.named_key is null
            and c.succeeded_at <= i.opened_at and c.succeeded_at > i.opened_at - ${near}
        order by c.is_named desc, c.nth desc limit 1
      ) h
      left join lateral (
        select n.id, n.succeeded_at from chain n
        where n.nth > h.nth and n.kind = 'rollback' and n.succeeded_at >= i.opened_at
          and (i.resolved_at is null or n.succeeded_at <= i.resolved_at)
          -- Back to a version from before the guilty one: a later version still holds what did harm. Of one that was never
          -- live it is only known that it lacks what the deployment before it brought.
          and case when n.same_before is null then n.nth = h.nth + 1 else n.same_before < h.nth end
        order by n.nth limit 1
      ) f on true
      where i.is_valid
    ),
    -- What the team stated itself, by what ended it: see state-failure.ts.
    stated as (
      select c.id, 'stated', y.signal_key, 'confirmed', coalesce(i.opened_at, least(r.succeeded_at, y.at)), r.id,
        coalesce(i.resolved_at, r.succeeded_at),
        jsonb_build_object('incident', i.key, 'title', i.title, 'openedAt', i.opened_at, 'resolvedAt', i.resolved_at,
          'remedy', r.source_key)
      from (
        select distinct on (source_key, signal_key) source_key, signal_key, at from delivery_decisions
        where service_id = ${subject.serviceId} and signal = 'stated' and decision = 'fail'
        order by source_key, signal_key, id
      ) y
      join chain c on c.source_key = y.source_key
      left join known_incidents i on y.signal_key = 'incident:' || i.key
      left join chain r on y.signal_key = 'remedy:' || r.source_key
    ),
    found as materialized (
      select * from broken union all select * from rolled_back union all select * from reverted
      union all select * from hotfixes union all select * from incident_hits union all select * from stated
    ),
    decided as (
      select distinct on (source_key, signal, signal_key) source_key, signal, signal_key, decision
      from delivery_decisions
      where service_id = ${subject.serviceId} and signal is not null and decision in ('confirm', 'reject', 'fail')
      order by source_key, signal, signal_key, id desc
    ),
    gone as (
      delete from deployment_failures f
      where f.service_id = ${subject.serviceId}
        and not exists (select from found n where n.deployment_id = f.deployment_id and n.signal = f.signal and n.signal_key = f.signal_key)
    )
    insert into deployment_failures (deployment_id, service_id, signal, signal_key, confidence, decision, seen_at,
      remedy_id, recovered_at, detected_at, evidence)
    select distinct on (f.deployment_id, f.signal, f.signal_key)
      f.deployment_id, ${subject.serviceId}, f.signal, f.signal_key, f.confidence,
      case x.decision when 'reject' then 'rejected' when 'confirm' then 'confirmed' when 'fail' then 'confirmed' end,
      f.seen_at, f.remedy_id, f.recovered_at,
      -- When somebody noticed is told by incidents alone: who reverts something may have known for long.
      case when f.evidence ->> 'incident' is not null then f.seen_at end, f.evidence
    from found f
    join chain c on c.id = f.deployment_id
    left join decided x on x.source_key = c.source_key and x.signal = f.signal and x.signal_key = f.signal_key
    order by f.deployment_id, f.signal, f.signal_key, f.seen_at
    on conflict (deployment_id, signal, signal_key) do update
      set confidence = excluded.confidence, decision = excluded.decision, seen_at = excluded.seen_at,
        remedy_id = excluded.remedy_id, recovered_at = excluded.recovered_at, detected_at = excluded.detected_at,
        evidence = excluded.evidence
      where (deployment_failures.confidence, deployment_failures.decision, deployment_failures.seen_at,
          deployment_failures.remedy_id, deployment_failures.recovered_at, deployment_failures.detected_at,
          deployment_failures.evidence)
        is distinct from (excluded.confidence, excluded.decision, excluded.seen_at, excluded.remedy_id,
          excluded.recovered_at, excluded.detected_at, excluded.evidence)`);
}

/** A revert with the commit that it takes back. */
type Resolved = { revert: string; target: string; reverted_at: string };

type RevertRow = { repository_id: string; sha: string; reverts: string[]; reverted_at: string };

/**
 * Which commits the deployed reverts take back, by the surest word of each message that names one in the same repository.
 * What takes back a revert brings something back and is none.
 */
async function resolveReverts(tx: Ctx, subject: Subject): Promise<Resolved[]> {
  const repositories = sql`any(${sql.param([...subject.repositoryIds])}::text[])`;
  const rows = await tx.db.execute<RevertRow>(sql`
    select c.repository_id, c.sha, c.reverts, coalesce(c.committed_at, c.authored_at) as reverted_at
    from commits c
    join service_commits m on m.service_id = ${subject.serviceId} and m.tier = 'production' and m.sha = c.sha
    where c.repository_id = ${repositories} and c.reverts <> '{}'`);
  const words = rows.flatMap(({ repository_id, sha: revert, reverted_at, reverts }) =>
    reverts.map((word) => {
      const [kind = "", ...rest] = word.split(":");
      const text = rest.join(":");
      const said = { sha: null, pull: null, title: null, [kind]: kind === "title" ? plainTitle(text) : text };
      return { repository_id, revert, reverted_at, rank: surestFirst.indexOf(kind), ...said };
    }),
  );
  if (words.length === 0) return [];
  return tx.db.execute<Resolved>(sql`
    with words as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(words)}::jsonb) as w(repository_id text, revert text,
        reverted_at timestamptz, rank int, sha text, pull int, title text)
    ),
    targets as (
      select w.revert, w.reverted_at, w.rank, c.sha as target, c.reverts
      from words w join commits c on c.repository_id = w.repository_id and c.sha = w.sha
      union all
      select w.revert, w.reverted_at, w.rank, c.sha, c.reverts
      from words w join commits c on c.repository_id = w.repository_id
        and c.sha >= w.sha and c.sha < w.sha || 'g' and length(w.sha) < 40
      union all
      select w.revert, w.reverted_at, w.rank, t.sha, t.reverts
      from words w cross join lateral (
        select c.sha, c.reverts from commits c
        left join pull_requests p on p.repository_id = c.repository_id and p.merge_sha = c.sha
        where c.repository_id = w.repository_id and c.pull_request = w.pull and c.sha <> w.revert
          and coalesce(c.committed_at, c.authored_at) <= w.reverted_at
        -- Its merge is the pull request; of a squash there is only the one.
        order by p.number is not null desc, cardinality(c.parents) desc nulls last, c.authored_at, c.sha limit 1
      ) t
      union all
      select w.revert, w.reverted_at, w.rank, t.sha, t.reverts
      from words w cross join lateral (
        select c.sha, c.reverts, c.committed_at, c.authored_at, c.parents from commits c
        where c.repository_id = w.repository_id and md5(regexp_replace(c.title, ' [(]#[0-9]+[)]$', '')) = md5(w.title)
        union all
        select c.sha, c.reverts, c.committed_at, c.authored_at, c.parents from commits c
        where c.repository_id = w.repository_id and md5(c.pull_request_title) = md5(w.title)
      ) t
      where t.sha <> w.revert and coalesce(t.committed_at, t.authored_at) <= w.reverted_at
        and t.sha = (
          select u.sha from commits u
          where u.repository_id = w.repository_id and u.sha <> w.revert
            and (md5(regexp_replace(u.title, ' [(]#[0-9]+[)]$', '')) = md5(w.title)
              or md5(u.pull_request_title) = md5(w.title))
            and coalesce(u.committed_at, u.authored_at) <= w.reverted_at
          order by coalesce(u.committed_at, u.authored_at) desc, cardinality(u.parents) desc nulls last, u.sha limit 1)
    ),
    surest as (
      select distinct t.revert, t.target, t.reverted_at, t.reverts
      from targets t join (select revert, min(rank) as rank from targets group by 1) f using (revert, rank)
    )
    select revert, target, reverted_at from surest where reverts = '{}'`);
}

const surestFirst = ["sha", "pull", "title"];
