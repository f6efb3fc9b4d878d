import { type Actor, hasRole } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const reading = rule("audit.read", "Those who run the portal read its audit log", "admin");
const sinks = rule("audit.sinks", "Admins say where the audit log is sent", "admin");

export function readEventsRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(reading, "Only platform engineers and admins can read the audit log");
}

export function verifyChainRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(reading, "Only platform engineers and admins can verify the audit log");
}

export function manageSinksRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot change where the audit log is sent; sign in to change it");
  return hasRole(actor, "admin")
    ? null
    : refusal(sinks, "Only admins can change where the audit log is sent");
}
