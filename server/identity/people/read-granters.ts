import { sql } from "drizzle-orm";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { ReadGranters } from "./inputs.ts";

/**
 * Names of people who can lift a refusal: the maintainers of the teams first, then who runs the portal, those who were
 * here last before others; at most five. Guests hear of admins alone.
 */
export async function readGranters(ctx: Ctx, input: ReadGranters): Promise<{ names: string[] }> {
  const roles = input.grantedBy.filter((granter) => granter === "admin" || granter === "platform");
  const teams = isInsider(ctx.actor)
    ? input.grantedBy.flatMap((granter) =>
        granter.startsWith("maintainer:") ? [granter.slice("maintainer:".length)] : [],
      )
    : [];
  const rows = await ctx.db.execute<{ name: string }>(sql`
    select u.name from users u
    left join team_maintainers m on m.user_id = u.id and m.group_ref = any(${sql.param(teams)}::text[])
    where u.disabled_at is null and (m.user_id is not null or u.role = any(${sql.param(roles)}::text[]))
    group by u.id
    order by bool_or(m.user_id is not null) desc, u.role = 'admin' desc, u.signed_in_at desc nulls last, u.name limit 5`);
  return { names: rows.map(({ name }) => name) };
}
