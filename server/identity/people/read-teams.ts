import { sql } from "drizzle-orm";
import { hasRole } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readPeopleRefusal } from "../policy.ts";

export type TeamRow = {
  groupRef: string;
  title: string;
  maintainers: { userId: string; name: string }[];
};

/**
 * Teams with those who look after them: all that have a maintainer for those who run the portal, for maintainers their
 * own. At most 500, by ref.
 */
export async function readTeams(ctx: Ctx): Promise<TeamRow[]> {
  ensure(readPeopleRefusal(ctx.actor));
  const { actor } = ctx;
  const own = actor.kind === "user" ? [...actor.maintains] : [];
  const among = hasRole(actor, "platform") ? sql`true` : sql`m.group_ref = any(${sql.param(own)}::text[])`;
  return ctx.db.execute<TeamRow>(sql`
    select m.group_ref as "groupRef", coalesce(e.title, e.name, m.group_ref) as title,
      jsonb_agg(jsonb_build_object('userId', u.id, 'name', u.name) order by u.name, u.id) as maintainers
    from team_maintainers m join users u on u.id = m.user_id and u.disabled_at is null
      left join entities e on e.ref = m.group_ref
    where ${among} group by m.group_ref, e.title, e.name order by m.group_ref limit 500`);
}
