import { type Actor, hasRole } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const connections = rule("connections", "Admins connect the portal to hosts of repositories", "admin");
const reading = rule("connections.read", "How connections do is for those who run the portal", "admin");

/** Why this actor cannot add, change or remove a connection; the program itself may, at its start. */
export function manageConnectionsRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "An API token cannot change a connection: sign in as an admin");
  if (hasRole(actor, "admin")) return null;
  return refusal(connections, "Only an admin can connect the portal to a host of repositories");
}

export function readConnectionsRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(reading, "Only platform engineers and admins can see the connections");
}

export function checkConnectionRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(reading, "Only platform engineers and admins can have a connection checked");
}
