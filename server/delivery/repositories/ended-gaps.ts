import { type SQL, sql } from "drizzle-orm";

/**
 * Times in which a service had no repository that anything could be deployed from, of the shape of `gaps` and from the rows
 * `subjects`: from the moment when one was archived, deleted or no longer listed, until it came back, another one has its name, or
 * something was deployed after all.
 */
export const endedGaps = (to: SQL): SQL => sql`
  select x.id, x.owned_from, x.owned_to, t.at as from_at, coalesce(least(t.next_at, other.at, again.at), 'infinity') as to_at,
    case t.turn when 'archived' then r.full_name || ' was archived' when 'deleted' then r.full_name || ' was deleted'
      else 'its host does not list ' || r.full_name || ' any more' end as reason
  from subjects x join repositories r on r.id = x.subject
  join (${distinctTurns}) t on t.repository_id = r.id and t.turn in ('archived', 'deleted', 'gone')
  cross join lateral (
    select min(greatest(z.observed_since, t.at)) as at from subjects y join repositories z on z.id = y.subject
    where y.id = x.id and z.id <> r.id and coalesce((
      select turn from repository_turns u where u.repository_id = z.id order by u.at desc, u.turn limit 1
    ), 'back') in ('back', 'unarchived')
  ) other
  cross join lateral (
    select min(d.at) as at from service_deployments d where d.service_id = x.id and d.at > t.at
  ) again
  where t.at < ${to}
    and coalesce(least(t.next_at, other.at, again.at), 'infinity') > t.at`;

/** The same end is told by every hook of a repository: it counts once, until something else is told. */
const distinctTurns = sql`
  select repository_id, turn, at, lead(at) over (partition by repository_id order by at, turn) as next_at
  from (
    select u.*, lag(turn) over (partition by repository_id order by at, turn) as before from repository_turns u
    where u.repository_id in (select subject from subjects)
  ) told
  where turn is distinct from before`;
