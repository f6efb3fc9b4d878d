import { type Actor, hasRole } from "#server/core/actor.ts";

export function readEventsRefusal(actor: Actor): string | null {
  return hasRole(actor, "platform") ? null : "Only platform engineers and admins can read the audit log";
}
