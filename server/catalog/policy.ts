import { type SQL, sql } from "drizzle-orm";
import { type Actor, hasRole, isKnown } from "#server/core/actor.ts";
import type { ImportState, LocationType } from "./model.ts";

/** Which entries the actor may see, as a condition on the entities table: everybody who is signed in sees all of them. */
export function visibleTo(actor: Actor): SQL {
  return isKnown(actor) ? sql`true` : sql`false`;
}

export function readRefusal(actor: Actor): string | null {
  return isKnown(actor) ? null : "Sign in to see the catalogue";
}

/** A folder is read with the rights of the program, so only those who run the portal may name one. */
export function registerRefusal(actor: Actor, type?: LocationType): string | null {
  if (hasRole(actor, "platform")) return null;
  if (type === "folder") return "Only platform engineers can import a folder of this machine";
  return "Only platform engineers can add to the catalogue: ask one of them";
}

export function reimportRefusal(actor: Actor, location: { state: ImportState }): string | null {
  const refusal = registerRefusal(actor);
  if (refusal) return refusal;
  return location.state === "running" || location.state === "waiting"
    ? "An import is under way already"
    : null;
}

export function cancelRefusal(actor: Actor, location: { state: ImportState }): string | null {
  const refusal = registerRefusal(actor);
  if (refusal) return refusal;
  return location.state === "running" || location.state === "waiting" ? null : "No import is under way";
}

export function removeRefusal(actor: Actor, location: { state: ImportState }): string | null {
  const refusal = registerRefusal(actor);
  if (refusal) return refusal;
  return location.state === "running" ? "An import is under way: cancel it first" : null;
}
