import { type Actor, hasRole } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const comments = rule("delivery.comments", "Admins decide what the portal writes into repositories", "admin");
const reading = rule("delivery.comments-read", "What the portal writes is for those who run it", "admin");

export function changeCommentsRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot change what the portal writes into repositories: sign in");
  if (hasRole(actor, "admin")) return null;
  return refusal(comments, "Only an admin can switch comments on pull requests on or off");
}

export function readCommentsRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(reading, "Only platform engineers and admins can see what the portal writes");
}
