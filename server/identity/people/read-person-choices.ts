import { sql } from "drizzle-orm";
import { hasRole } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readPeopleRefusal } from "../policy.ts";
import type { FindPersonChoices } from "./inputs.ts";

export type PersonChoice = { ref: string; title: string; heldBy: string | null };

/** People of the catalogue whose name, title or reference has the text in it; for maintainers those of their teams. */
export async function readPersonChoices(ctx: Ctx, input: FindPersonChoices): Promise<PersonChoice[]> {
  ensure(readPeopleRefusal(ctx.actor));
  const { actor } = ctx;
  const pattern = `%${input.query.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const teams = sql`${sql.param(actor.kind === "user" ? [...actor.maintains] : [])}::text[]`;
  const among = hasRole(actor, "platform")
    ? sql`true`
    : sql`exists (select 1 from entity_relations r
        where r.source_ref = e.ref and r.type = 'memberOf' and r.target_ref = any(${teams}))`;
  return ctx.db.execute<PersonChoice>(sql`
    select e.ref, coalesce(e.title, e.name) as title, u.name as "heldBy"
    from entities e left join users u on u.person_ref = e.ref and u.disabled_at is null
    where e.kind_key = 'user' and e.file_gone_at is null and ${among}
      and (e.display_key like ${pattern} or e.ref like ${pattern})
    order by u.id is not null, e.display_key, e.ref limit 20`);
}
