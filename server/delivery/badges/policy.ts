import { type Actor, hasRole, isInsider, isKnown } from "#server/core/actor.ts";
import { type Granter, peopleOnly, type Refusal, refusal, rule, signInFirst } from "#server/core/refusal.ts";

const owners = (ownerRef: string | null) =>
  rule(
    "delivery.badges",
    "What of a service may be seen outside the portal is decided by its owners",
    ...(ownerRef?.startsWith("group:") ? [`maintainer:${ownerRef}` as Granter] : []),
    "platform",
  );

const insiders = rule(
  "delivery.badges-insiders",
  "What is shown outside is decided by those who work here",
  "admin",
);

/** What anybody needs first, whatever the service: to be a person who works here. */
export function touchBadgesRefusal(actor: Actor): Refusal | null {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to make or revoke badges");
  if (actor.kind === "token") return refusal(peopleOnly, "A token cannot make or revoke badges: sign in");
  return isInsider(actor) ? null : refusal(insiders, "Guests cannot make or revoke badges");
}

/** A badge shows a figure to whoever has its address: its owners decide on it, and those who run the portal. */
export function changeBadgesRefusal(actor: Actor, { ownerRef }: { ownerRef: string | null }): Refusal | null {
  const refused = touchBadgesRefusal(actor);
  if (refused || hasRole(actor, "platform")) return refused;
  const held =
    actor.kind === "user"
      ? [...actor.groupRefs, ...actor.maintains, ...(actor.personRef ? [actor.personRef] : [])]
      : [];
  if (ownerRef !== null && held.includes(ownerRef)) return null;
  return refusal(owners(ownerRef), "Only its owners and platform engineers can make and revoke badges");
}
