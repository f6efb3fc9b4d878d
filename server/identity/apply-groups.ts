import { type SQL, sql } from "drizzle-orm";
import { type Role, roles } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";

export type RoleChange = { userId: string; userName: string; from: Role; to: Role };

/**
 * Gives people the role that their groups give: the strongest of all groups that are mapped, and for those whom no
 * mapping names what "everybody" has. Leaves alone whose role an admin chose by hand, and demo people. It counts from the
 * next request on. Personal tokens that are stronger than the new role end.
 *
 * To be called in the transaction that changed the groups, after that change. Rows of `users` are locked first and the
 * mappings second, so that a sign-in and a change of the mappings at the same moment do not pass each other by.
 */
export async function applyGroups(
  tx: Ctx,
  who: { userIds: readonly string[] } | "everybody",
): Promise<RoleChange[]> {
  const isEverybody = who === "everybody";
  if (!isEverybody && who.userIds.length === 0) return [];
  const among = isEverybody ? sql`true` : sql`u.id = any(${sql.param([...who.userIds])}::uuid[])`;
  await tx.db.execute(sql`
    select 1 from users u where ${among} and ${isOfGroups} order by u.id for no key update`);
  await tx.db.execute(
    isEverybody
      ? sql`select pg_advisory_xact_lock(${mappingsLock})`
      : sql`select pg_advisory_xact_lock_shared(${mappingsLock})`,
  );
  const changed = await tx.db.execute<RoleChange & { limits: string[]; names: string[] }>(sql`
    with recursive ${heldGroups(among)}, given as (
      select h.user_id, h.group_name, ${rank(sql`g.role`)} as rank, g.role, g.guest_group_refs
      from held h join group_roles g on g.source = h.source and g.group_name = h.group_name
        and g.connection_id is not distinct from h.connection_id
    ), best as (
      select distinct on (user_id) user_id, rank, array_agg(distinct group_name order by group_name) as names
      from given group by user_id, rank order by user_id, rank desc
    ), limits as (
      select user_id, array_agg(distinct ref order by ref) as refs
      from given cross join unnest(guest_group_refs) as ref
      where role = 'guest' group by user_id
    ), meant as (
      select u.id, u.role as former, coalesce(${roleAt(sql`best.rank`)}, ${everybodysRole}) as role, limits.refs,
        best.names
      from users u left join best on best.user_id = u.id left join limits on limits.user_id = u.id
      where ${among} and ${isOfGroups}
    ), wanted as (
      select id, former, role, case when role = 'guest' then coalesce(refs, '{}') else '{}' end as refs,
        coalesce(names, '{}') as names from meant
    )
    update users u set role = wanted.role, guest_group_refs = wanted.refs
    from wanted where wanted.id = u.id and (u.role, u.guest_group_refs) is distinct from (wanted.role, wanted.refs)
    returning u.id as "userId", u.name as "userName", wanted.former as "from", u.role as "to",
      u.guest_group_refs as limits, wanted.names`);
  await endStrongerTokens(
    tx,
    changed.map(({ userId }) => userId),
  );
  for (const { userId, userName, from, to, limits, names } of changed)
    await record(tx, {
      type: "person.role-changed",
      subjectId: userId,
      payload: { userName, from, to, because: "groups", rule: ruleOf(names), groupRefs: limits },
    });
  return changed.map(({ userId, userName, from, to }) => ({ userId, userName, from, to }));
}

/** Which groups gave the role; without one it is what everybody has. */
function ruleOf([first, ...others]: readonly string[]): string {
  if (first === undefined) return "what everybody has whom no group gives a role";
  return others.length === 0 ? `the group ${first}` : `the groups ${[first, ...others].join(", ")}`;
}

/** An arbitrary number that all processes share for the mappings of groups to roles. */
const mappingsLock = 7_130_401;

const isOfGroups = sql`u.role_source = 'groups' and not u.is_demo`;

const everybodysRole = sql`coalesce((select g.role from group_roles g where g.source = 'everybody'), 'developer')`;

const roleList = sql`array[${sql.join(
  roles.map((role) => sql`${role}`),
  sql`, `,
)}]::text[]`;
const rank = (role: SQL): SQL => sql`array_position(${roleList}, ${role})`;
const roleAt = (place: SQL): SQL => sql`(${roleList})[${place}]`;

/** Teams that were mirrored from a host give no role until an admin says so: whoever may make a team there could name it as they like. */
const isTrusted = sql`exists (
  select 1 from entities o join locations l on l.id = o.location_id where o.id = r.origin_id and l.defines_people)`;

/** Every group that somebody is in, by where it is known from: `held(user_id, source, connection_id, group_name)`. */
function heldGroups(among: SQL): SQL {
  return sql`
    catalogued(user_id, ref) as (
      select u.id, r.target_ref from users u
        join entity_relations r on r.source_ref = u.person_ref and r.type = 'memberOf' and ${isTrusted} where ${among}
      union
      select c.user_id, r.target_ref from catalogued c
        join entity_relations r on r.source_ref = c.ref and r.type = 'childOf' and ${isTrusted}
    ), held(user_id, source, connection_id, group_name) as (
      select a.user_id, case when c.settings ->> 'protocol' = 'github' then 'github' else 'claim' end, c.id, held_name
      from users u join accounts a on a.user_id = u.id
        join connections c on c.id = a.connection_id and c.disabled_at is null
        cross join unnest(a.group_names) as held_name
      where ${among}
      union
      select s.user_id, 'scim', s.connection_id, g.display_name
      from users u join scim_users s on s.user_id = u.id and s.is_active
        join connections c on c.id = s.connection_id and c.disabled_at is null
        join scim_members m on m.user_id = s.id join scim_groups g on g.id = m.group_id
      where ${among}
      union
      select user_id, 'catalog', null::uuid, ref from catalogued
    )`;
}

/** Ends the personal tokens of these people that may do more than they themselves may now. */
export async function endStrongerTokens(tx: Ctx, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  const ended = await tx.db.execute<{ id: string; name: string }>(sql`
    update api_tokens t set revoked_at = ${tx.now().toISOString()}::timestamptz from users u
    where u.id = t.created_by and u.id = any(${sql.param([...userIds])}::uuid[]) and t.service_account_id is null
      and t.revoked_at is null and ${rank(sql`t.role`)} > ${rank(sql`u.role`)}
    returning t.id, t.name`);
  for (const { id, name } of ended)
    await record(tx, { type: "token.revoked", subjectId: id, payload: { name } });
}
