import { type Actor, hasRole } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const connections = rule("identity.scim", "Admins say which directory may write people and groups", "admin");
const writing = rule(
  "identity.scim-client",
  "People of a directory are written by that directory alone",
  "nobody",
);

export function manageScimRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "An API token cannot change how people come in: sign in as an admin");
  if (hasRole(actor, "admin")) return null;
  return refusal(connections, "Only an admin can connect a directory");
}

export function readScimRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "admin")) return null;
  return refusal(connections, "Only an admin can see the connected directories");
}

/** A SCIM client acts as the program itself, after its token was found to hold. */
export function scimClientRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "system") return null;
  return refusal(writing, "Only a connected directory can write people and groups by SCIM");
}
