import { type SQL, sql } from "drizzle-orm";
import { mayReadRepository, mayReadSource } from "#server/catalog/reads/readable-sources.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import { type Actor, hasRole, isInsider, isKnown } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule, signInFirst } from "#server/core/refusal.ts";

const keeping = rule(
  "search.keeping",
  "What people look for and do not find is for those who run the portal",
  "admin",
);

/** Entries are found by those who may see them: a condition on `entities e`. */
export const visibleTo = (actor: Actor): SQL => isVisible(actor);

/** Pages are found by those who see the entry and may read its repository: on `docs_sites s join entities e join locations l`. */
export const readableTo = (actor: Actor): SQL =>
  sql`(${isVisible(actor)} and ${mayReadSource(actor)}
    and (s.repository_id is null or ${mayReadRepository(actor, sql`s.repository_id`)}))`;

/** What somebody opens counts for everybody's order, so a script does not vote. */
export function pickRefusal(actor: Actor): Refusal | null {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to search");
  return actor.kind === "token" ? refusal(peopleOnly, "What a token opens is not counted") : null;
}

/** What a guest does not find may well be there, hidden from them: it tells of no gap. */
export const countsAsMiss = (actor: Actor): boolean => actor.kind === "user" && isInsider(actor);

export function keepSearchRefusal(actor: Actor): Refusal | null {
  return hasRole(actor, "platform")
    ? null
    : refusal(keeping, "Only platform engineers see what people look for and do not find");
}
