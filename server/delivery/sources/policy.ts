import { type Actor, hasRole, isInsider, isKnown } from "#server/core/actor.ts";
import {
  type Granter,
  peopleOnly,
  type Refusal,
  refusal,
  rule,
  signInFirst,
  tokenScope,
} from "#server/core/refusal.ts";

/** Whose a service is. */
export type Owned = { ownerRef: string | null };

const maintainersOf = ({ ownerRef }: Owned): Granter[] =>
  ownerRef?.startsWith("group:") ? [`maintainer:${ownerRef}` as Granter] : [];

const insiders = rule("delivery.insiders", "Figures are kept by those who work here", "admin");
const reporting = (owned: Owned) =>
  rule(
    "delivery.report",
    "What was deployed is told by programs of the owning team and of those who run the portal",
    ...maintainersOf(owned),
    "platform",
  );
const incidents = (owned: Owned) =>
  rule(
    "delivery.incidents",
    "Incidents are told by those who own the service",
    ...maintainersOf(owned),
    "platform",
  );
const sources = (owned: Owned) =>
  rule(
    "delivery.sources",
    "What counts as a deployment is decided by maintainers of the owning team and those who run the portal",
    ...maintainersOf(owned),
    "platform",
  );
const timeZone = rule("delivery.time-zone", "Admins save the time zone of the portal", "admin");
const organisation = rule(
  "delivery.organisation-sources",
  "Rules for all services are kept by those who run the portal",
  "admin",
);
const receivers = rule("delivery.receivers", "Admins say who may send incidents", "admin");

/** What comes before the question whose the service is, so that a guest learns nothing of what is not theirs. */
export function insiderRefusal(actor: Actor): Refusal | null {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to do this");
  return isInsider(actor) ? null : refusal(insiders, "Guests cannot change what figures are made of");
}

const personRefusal = (actor: Actor): Refusal | null =>
  actor.kind === "token" ? refusal(peopleOnly, "A token cannot do this: sign in") : insiderRefusal(actor);

const maintains = (actor: Actor, { ownerRef }: Owned) =>
  actor.kind === "user" && isInsider(actor) && ownerRef !== null && actor.maintains.includes(ownerRef);

/** Reporting by REST: those who run the portal, maintainers of the team, and tokens of the team's service accounts. */
export function reportRefusal(actor: Actor, owned: Owned): Refusal | null {
  const refused = insiderRefusal(actor);
  if (refused) return refused;
  if (actor.kind === "token" && !actor.scopes.includes("delivery-write"))
    return refusal(tokenScope, 'This token lacks the scope "delivery-write"');
  if (hasRole(actor, "platform") || maintains(actor, owned)) return null;
  if (actor.kind === "token" && owned.ownerRef !== null && actor.groupRefs.includes(owned.ownerRef))
    return null;
  const who = owned.ownerRef ?? "nobody yet";
  return refusal(
    reporting(owned),
    `This service belongs to ${who}: use a token of a service account of that team, or one of the role platform`,
  );
}

/** The portal's own button: people of the owning team, and those who run the portal. */
export function ownIncidentRefusal(actor: Actor, owned: Owned): Refusal | null {
  const refused = personRefusal(actor);
  if (refused || hasRole(actor, "platform")) return refused;
  if (actor.kind === "user" && owned.ownerRef !== null) {
    const held = [...actor.groupRefs, ...actor.maintains, ...(actor.personRef ? [actor.personRef] : [])];
    if (held.includes(owned.ownerRef)) return null;
  }
  return refusal(
    incidents(owned),
    "Only those who own the service and platform engineers can report incidents of it",
  );
}

export function changeSourceRefusal(actor: Actor, owned: Owned): Refusal | null {
  const refused = personRefusal(actor);
  if (refused || hasRole(actor, "platform") || maintains(actor, owned)) return refused;
  return refusal(
    sources(owned),
    "Only maintainers of the owning team and platform engineers can change what counts as a deployment",
  );
}

/** Tiers of environments, and incidents that belong to no service yet. */
export function organisationRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(organisation, "Only platform engineers and admins can do this");
}

/** It is one of the portal's settings: whoever saves it as a rule of delivery has to be one who may change those. */
export function saveTimeZoneRefusal(actor: Actor): Refusal | null {
  const words = "The time zone is one of the portal's settings: an admin can save these rules";
  if (actor.kind === "token") return refusal(peopleOnly, words);
  return hasRole(actor, "admin") ? null : refusal(timeZone, words);
}

export function manageReceiversRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot say who may send incidents: sign in");
  return hasRole(actor, "admin") ? null : refusal(receivers, "Only an admin can say who may send incidents");
}
