import { type Actor, hasRole } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const connecting = rule(
  "shadow.connect",
  "Admins say which Backstage is followed, and hold its token",
  "admin",
);
const reading = rule("shadow.read", "How two catalogues differ is for those who run the portal", "admin");

export function manageShadowRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot change which Backstage is followed; sign in as an admin");
  if (hasRole(actor, "admin")) return null;
  return refusal(connecting, "Only an admin can change which Backstage is followed");
}

export function readShadowRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(reading, "Only platform engineers see how Backstage compares");
}
