import { type SQL, sql } from "drizzle-orm";
import { type Actor, hasRole } from "#server/core/actor.ts";
import { mayReadSource } from "./readable-sources.ts";

/** Fields that hold what lies in the repository itself, so that they cannot be searched by who may not read it. */
export const contentFields: ReadonlySet<string> = new Set(["spec.definition"]);

/**
 * The document in `entity_bodies b` of `entities e`, without its closing brace, as far as the actor may know it: the
 * definition of an API lies in its repository, and is empty for whoever may not read there.
 */
export function headText(actor: Actor): SQL {
  if (hasRole(actor, "admin")) return sql`b.head`;
  return sql`case when e.kind_key <> 'api' or exists (
      select 1 from locations l where l.id = e.location_id and ${mayReadSource(actor)}) then b.head
    else left(jsonb_set((b.head || '}')::jsonb, '{spec,definition}', '""', false)::text, -1) end`;
}
