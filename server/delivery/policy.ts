import { type SQL, sql } from "drizzle-orm";
import { type Actor, hasRole, isKnown } from "#server/core/actor.ts";

/** Figures of services and teams are for everybody who is signed in; of single people there are none. */
export function visibleTo(actor: Actor): SQL {
  return isKnown(actor) ? sql`true` : sql`false`;
}

export function readUnmatchedRefusal(actor: Actor): string | null {
  return hasRole(actor, "platform")
    ? null
    : "Only platform engineers and admins can see what belongs to no service";
}
