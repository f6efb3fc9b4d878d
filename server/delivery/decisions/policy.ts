import { type Actor, hasRole, isInsider, isKnown } from "#server/core/actor.ts";
import { type Granter, peopleOnly, type Refusal, refusal, rule, signInFirst } from "#server/core/refusal.ts";

/** Who answers for a service: its owner in the catalogue. */
export type Owned = { ownerRef: string | null };

const deciding = ({ ownerRef }: Owned) =>
  rule(
    "delivery.decide",
    "What counts in a team's figures is decided by the team, by leaders and by those who run the portal",
    ...(ownerRef?.startsWith("group:") ? [`maintainer:${ownerRef}` as Granter] : []),
    "platform",
  );
const insiders = rule("delivery.insiders", "Figures are discussed by those who work here", "admin");

const nameOf = (ref: string) => ref.slice(ref.indexOf("/") + 1);

/** For what the portal remembers of somebody. */
export function personRefusal(actor: Actor): Refusal | null {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to do this");
  return actor.kind === "token"
    ? refusal(peopleOnly, "A token cannot answer for what counts: sign in as a person")
    : null;
}

/** What every word about figures needs first: a person, who works here. Also all that it takes to dispute one. */
export function speakRefusal(actor: Actor): Refusal | null {
  const refused = personRefusal(actor);
  if (refused || isInsider(actor)) return refused;
  return refusal(insiders, "Guests cannot say what counts in figures");
}

function isOwner(actor: Actor, { ownerRef }: Owned): boolean {
  if (actor.kind !== "user" || !isInsider(actor) || ownerRef === null) return false;
  return [...actor.groupRefs, ...actor.maintains, actor.personRef].includes(ownerRef);
}

/** To exclude, include again, annotate, judge a failure or settle a dispute. */
export function decideRefusal(actor: Actor, service: Owned): Refusal | null {
  const refused = speakRefusal(actor);
  if (refused || hasRole(actor, "leader", "platform") || isOwner(actor, service)) return refused;
  const who = service.ownerRef ? `${nameOf(service.ownerRef)}, who own it,` : "its owners";
  return refusal(deciding(service), `Only ${who} leaders and platform engineers can decide what counts here`);
}

/** Whoever raised a dispute may take it back besides. */
export function settleRefusal(actor: Actor, service: Owned, raisedBy: string | null): Refusal | null {
  if (actor.kind === "user" && isInsider(actor) && raisedBy !== null && actor.id === raisedBy) return null;
  return decideRefusal(actor, service);
}
