import { type Actor, hasRole } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const cards = rule(
  "cards.change",
  "What stands on every service's page is decided by those who run the portal",
  "platform",
  "admin",
);

const ranges = rule(
  "cards.private-ranges",
  "Admins say into which private networks the portal sends requests",
  "admin",
);

export function readCardSettingsRefusal(actor: Actor): Refusal | null {
  return hasRole(actor, "platform")
    ? null
    : refusal(cards, "Only those who run the portal see how cards are made");
}

/** A card of values makes the portal send requests, and may hold a secret for them. */
export function changeCardsRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token") return refusal(peopleOnly, "A token cannot change cards; sign in to do it");
  return hasRole(actor, "platform") ? null : refusal(cards, "Only platform engineers can change cards");
}

export function approveRangesRefusal(actor: Actor): Refusal | null {
  return hasRole(actor, "admin")
    ? null
    : refusal(ranges, "Only an admin can approve private addresses for a card");
}
