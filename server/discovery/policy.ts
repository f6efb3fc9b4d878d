import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import { mayReadRepository } from "#server/catalog/reads/readable-sources.ts";
import { type Actor, hasRole, isInsider, isKnown } from "#server/core/actor.ts";
import { type Refusal, refusal, rule, signInFirst } from "#server/core/refusal.ts";

const manage = rule(
  "discovery.manage",
  "Those who run the portal say what is looked for, and where",
  "admin",
);
const guests = rule(
  "discovery.guests",
  "Guests see what their groups own, and nothing that is not in the catalog yet",
  "admin",
);

/** How the search goes tells of every repository there is. */
export function readDiscoveryRefusal(actor: Actor): Refusal | null {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to see what was found");
  return isInsider(actor) ? null : refusal(guests, "Guests cannot see what is not in the catalog yet");
}

export function manageDiscoveryRefusal(actor: Actor): Refusal | null {
  return hasRole(actor, "platform")
    ? null
    : refusal(manage, "Only platform engineers can say what is looked for");
}

/** An adopted entry stands in the catalogue with an owner, as one that was added by hand. */
export function decideProposalsRefusal(actor: Actor): Refusal | null {
  return hasRole(actor, "platform")
    ? null
    : refusal(manage, "Only platform engineers can adopt or dismiss what was found");
}

/** Who may define people gives rights away. */
export function definePeopleRefusal(actor: Actor): Refusal | null {
  return hasRole(actor, "admin")
    ? null
    : refusal(manage, "Only an admin can let a source say who people and teams are");
}

/**
 * Which repositories the actor may hear of, as a condition on `source_repositories r`: of a private one even the name
 * says something.
 */
export const repositoryVisibleTo = (actor: Actor): SQL =>
  // Whoever runs the portal says what is looked for, and so sees what was found; its contents are another matter.
  hasRole(actor, "platform") ? sql`true` : mayReadRepository(actor, sql`r.id`);
