import type { SQL } from "drizzle-orm";
import { type Actor, hasRole, isInsider, isKnown } from "#server/core/actor.ts";
import { notNow, peopleOnly, type Refusal, refusal, rule, signInFirst } from "#server/core/refusal.ts";
import type { ImportState, LocationType } from "./model.ts";
import { isVisible } from "./visible-entities.ts";

const sources = rule(
  "catalog.sources",
  "Those who run the portal say where the catalog is read from",
  "admin",
);
const guests = rule(
  "catalog.guests",
  "Guests see what their groups own, and nothing of how it got there",
  "admin",
);

const privateContents = rule(
  "catalog.private-repositories",
  "What lies in a private repository is for those who may read it at its host, and for whom a rule names",
  "admin",
);
const readingRules = rule(
  "catalog.reading-rules",
  "Who may read private repositories here is decided by admins",
  "admin",
);

/** For a repository that is private, and whose readers at its host the actor is not among. */
export const contentsRefusal = (): Refusal =>
  refusal(
    privateContents,
    "This comes from a private repository. You see it here once you may read that repository and have signed in with your account there",
  );

/** The rules name groups and private repositories. */
export function readReadingRulesRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(readingRules, "Only those who run the portal see the rules about private repositories");
}

export function changeReadingRulesRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot change who may read what; sign in as an admin");
  return hasRole(actor, "admin")
    ? null
    : refusal(readingRules, "Only an admin can change who may read private repositories");
}

/** Which entries the actor may see, as a condition on `entities e`. */
export function visibleTo(actor: Actor): SQL {
  return isVisible(actor);
}

/** Sources and their problems tell of everything in them, so they are for those who see everything. */
export function readRefusal(actor: Actor): Refusal | null {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to see the catalog");
  return isInsider(actor) ? null : refusal(guests, "Guests cannot see the sources of the catalog");
}

/** A folder is read with the rights of the program, so only those who run the portal may name one. */
export function registerRefusal(actor: Actor, type?: LocationType): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  if (type === "folder")
    return refusal(sources, "Only platform engineers can import a folder of this machine");
  return refusal(sources, "Only platform engineers can add to the catalog");
}

export function reimportRefusal(
  actor: Actor,
  location: { state: ImportState; type: LocationType },
): Refusal | null {
  const refused = registerRefusal(actor);
  if (refused) return refused;
  if (location.type === "portal")
    return refusal(notNow, "What is kept in the portal is saved at once: there is nothing to import");
  if (location.type === "custom")
    return refusal(notNow, "A program sends these entries: there is nothing to import");
  return location.state === "running" || location.state === "waiting"
    ? refusal(notNow, "An import is under way already")
    : null;
}

export function cancelRefusal(actor: Actor, location: { state: ImportState }): Refusal | null {
  const refused = registerRefusal(actor);
  if (refused) return refused;
  return location.state === "running" || location.state === "waiting"
    ? null
    : refusal(notNow, "No import is under way");
}

/** `isFollowed`: a connection shows its repository, so that it would be found again. */
export function removeRefusal(
  actor: Actor,
  location: { state: ImportState; type: LocationType; isFollowed?: boolean | null },
): Refusal | null {
  const refused = registerRefusal(actor);
  if (refused) return refused;
  if (location.type === "portal")
    return refusal(notNow, "Entries that are kept in the portal are removed one by one, on their pages");
  if (location.isFollowed)
    return refusal(
      notNow,
      "It would be found again: leave its repository out of what the connection looks at",
    );
  return location.state === "running" ? refusal(notNow, "An import is under way: cancel it first") : null;
}
