import { type SQL, sql } from "drizzle-orm";
import { type Actor, isKnown } from "#server/core/actor.ts";

const entity = sql`e`;

/**
 * Which entries the actor may see, as a condition on the entities table under this alias. Whoever works here sees all
 * of them. A guest sees what the groups that they are limited to own, those groups, and the people in them.
 */
export function isVisible(actor: Actor, alias: SQL = entity): SQL {
  if (!isKnown(actor)) return sql`false`;
  const refs = visibleRefs(actor);
  return refs ? sql`${alias}.ref in (${refs})` : sql`true`;
}

/** The same for a reference, which is seen only when the entry that it names is; null where all are. */
export function isVisibleRef(actor: Actor, ref: SQL): SQL | null {
  const refs = visibleRefs(actor);
  return refs ? sql`${ref} in (${refs})` : null;
}

/** The references of all that a limited actor may see, as a query; null for whoever sees everything. */
function visibleRefs(actor: Actor): SQL | null {
  if (actor.kind === "system") return null;
  if (actor.kind === "anonymous") return sql`select null::text where false`;
  if (actor.limitedTo === null) return null;
  const groups = sql`any(${sql.param([...actor.limitedTo])}::text[])`;
  return sql`
    select v.ref from entities v where v.owner_ref = ${groups}
    union select v.ref from entities v where v.ref = ${groups}
    union select v.ref from entity_relations m join entities v on v.ref = m.target_ref
      where m.source_ref = ${groups} and m.type = 'hasMember' and v.kind_key = 'user'`;
}
