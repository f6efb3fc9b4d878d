import { type Actor, hasRole, isInsider, isKnown } from "#server/core/actor.ts";
import {
  type Granter,
  notNow,
  peopleOnly,
  type Refusal,
  refusal,
  rule,
  signInFirst,
} from "#server/core/refusal.ts";

/** Who answers for an entry: its owner in the file, and whom somebody proposed as the next one. */
export type Owned = { ownerRef: string | null; proposedRef?: string | null };

const owning = ({ ownerRef }: Owned) =>
  rule(
    "trust.owners",
    "Owners say what is right about what they own",
    ...(ownerRef?.startsWith("group:") ? [`maintainer:${ownerRef}` as Granter] : []),
    "platform",
  );
const handing = rule(
  "trust.handover",
  "Who takes something over is decided by maintainers of the teams and those who run the portal",
  "platform",
);
const insiders = rule("trust.insiders", "How true the catalog is, is for those who work here", "admin");

const nameOf = (ref: string) => ref.slice(ref.indexOf("/") + 1);

/** True for members of the owning team, its maintainers, and the person who owns it. A guest judges nothing. */
export function isOwner(actor: Actor, { ownerRef, proposedRef }: Owned): boolean {
  if (actor.kind !== "user" || !isInsider(actor)) return false;
  const held = [...actor.groupRefs, ...actor.maintains, ...(actor.personRef ? [actor.personRef] : [])];
  return [ownerRef, proposedRef].some((ref) => ref !== null && ref !== undefined && held.includes(ref));
}

const byPerson = (actor: Actor): Refusal | null => {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to do this");
  return actor.kind === "token" ? refusal(peopleOnly, "A token cannot vouch for anything: sign in") : null;
};

/** What every word about what is right needs first: a person, who works here. */
export function judgeRefusal(actor: Actor): Refusal | null {
  const refused = byPerson(actor);
  if (refused || isInsider(actor)) return refused;
  return refusal(insiders, "Guests cannot say what is right in the catalog");
}

/** Only owners confirm: a word of somebody else would say nothing. */
export function confirmRefusal(actor: Actor, entry: Owned): Refusal | null {
  const refused = byPerson(actor);
  if (refused || actor.kind === "system" || isOwner(actor, entry)) return refused;
  const who = entry.ownerRef ? nameOf(entry.ownerRef) : null;
  return who
    ? refusal(owning(entry), `Only ${who}, who own it, can say that it is still right`)
    : refusal(notNow, "Nobody owns it, so nobody can say that it is still right: name an owner first");
}

/** To add beside the file, and to put right what was found wrong, is for owners and those who run the portal. */
export function overlayRefusal(actor: Actor, entry: Owned): Refusal | null {
  const refused = byPerson(actor);
  if (refused || hasRole(actor, "platform") || isOwner(actor, entry)) return refused;
  return refusal(owning(entry), "Only its owners and platform engineers can add to it");
}

/** `groupRefs`: the teams that it came from, and the one that is to have it. */
export function proposeOwnerRefusal(actor: Actor, teams: { groupRefs: readonly string[] }): Refusal | null {
  const refused = byPerson(actor);
  if (refused || hasRole(actor, "platform")) return refused;
  const maintains = actor.kind === "user" && isInsider(actor) ? actor.maintains : [];
  if (teams.groupRefs.some((ref) => maintains.includes(ref))) return null;
  return refusal(handing, "Only maintainers of the teams and platform engineers can hand it over");
}

/** The queue tells of everything without an owner: for those who work here. */
export function readTruthRefusal(actor: Actor): Refusal | null {
  if (!isKnown(actor)) return refusal(signInFirst, "Sign in to see this");
  return isInsider(actor) ? null : refusal(insiders, "Guests cannot see how the catalog is kept");
}

const asked = rule("trust.asked", "A question is answered by the person who was asked", "nobody");

export function answerRefusal(actor: Actor, question: { askedUser: string | null }): Refusal | null {
  const refused = byPerson(actor);
  if (refused) return refused;
  if (actor.kind === "user" && question.askedUser === actor.id) return null;
  return refusal(asked, "This question was asked of somebody else, or is answered already");
}
