import { type Actor, hasRole } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const providers = rule("identity.providers", "Admins say how people sign in", "admin");

/** Why this actor cannot change who lets people in; null when there is no objection. The setup acts as the system. */
export function manageProvidersRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "An API token cannot change how people sign in: sign in as an admin");
  if (hasRole(actor, "admin")) return null;
  return refusal(providers, "Only an admin can change how people sign in");
}

export function readProvidersRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "admin")) return null;
  return refusal(providers, "Only an admin can see how people sign in");
}
