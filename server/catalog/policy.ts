import type { SQL } from "drizzle-orm";
import { type Actor, hasRole, isInsider, isKnown } from "#server/core/actor.ts";
import { notNow, type Refusal, refusal, rule, signInFirst } from "#server/core/refusal.ts";
import type { ImportState, LocationType } from "./model.ts";
import { isVisible } from "./visible-entities.ts";

const sources = rule(
  "catalog.sources",
  "Those who run the portal say where the catalogue is read from",
  "admin",
);
const guests = rule(
  "catalog.guests",
  "Guests see what their groups own, and nothing of how it got there",
  "admin",
);

/** Which entries the actor may see, as a condition on `entities e`. */
export function visibleTo(actor: Actor): SQL {
  return isVisible(actor);
}

/** Sources and their problems tell of everything in them, so they are for those who see everything. */
export function readRefusal(actor: Actor): Refusal | null {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to see the catalogue");
  return isInsider(actor) ? null : refusal(guests, "Guests cannot see the sources of the catalogue");
}

/** A folder is read with the rights of the program, so only those who run the portal may name one. */
export function registerRefusal(actor: Actor, type?: LocationType): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  if (type === "folder")
    return refusal(sources, "Only platform engineers can import a folder of this machine");
  return refusal(sources, "Only platform engineers can add to the catalogue");
}

export function reimportRefusal(actor: Actor, location: { state: ImportState }): Refusal | null {
  const refused = registerRefusal(actor);
  if (refused) return refused;
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

export function removeRefusal(actor: Actor, location: { state: ImportState }): Refusal | null {
  const refused = registerRefusal(actor);
  if (refused) return refused;
  return location.state === "running" ? refusal(notNow, "An import is under way: cancel it first") : null;
}
