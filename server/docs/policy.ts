import { type SQL, sql } from "drizzle-orm";
import { mayReadRepository, mayReadSource } from "#server/catalog/reads/readable-sources.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import { type Actor, hasRole, isInsider } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const answers = rule("docs.answers", "What readers say of a page is for those who can change it", "admin");

/**
 * Which documentation the actor may read, as a condition on `docs_sites s join entities e join locations l`: the entry has
 * to be seen, and the repository that the pages come from has to be open to them.
 */
export const readableTo = (actor: Actor): SQL =>
  sql`(${isVisible(actor)} and ${mayReadSource(actor)}
    and (s.repository_id is null or ${mayReadRepository(actor, sql`s.repository_id`)}))`;

export function voteRefusal(actor: Actor): Refusal | null {
  return actor.kind === "user" ? null : refusal(peopleOnly, "Only people say whether a page was useful");
}

/** Counts and comments are for the owners of the entry, and for those who run the portal. */
export function readAnswersRefusal(actor: Actor, entity: { ownerRef: string | null }): Refusal | null {
  const refused = anyAnswersRefusal(actor);
  if (refused || actor.kind !== "user" || hasRole(actor, "platform")) return refused;
  const own = [...actor.groupRefs, ...actor.maintains, ...(actor.personRef ? [actor.personRef] : [])];
  return entity.ownerRef !== null && own.includes(entity.ownerRef)
    ? null
    : refusal(answers, "Only its owners see what readers say of a page");
}

/** Whatever the entry: comments are for people, and not for guests. */
export function anyAnswersRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "user" && !isInsider(actor))
    return refusal(answers, "Guests do not see what readers say of a page");
  if (actor.kind === "token")
    return refusal(peopleOnly, "What readers say of a page is for people, not for tokens");
  return null;
}
