import { type SQL, sql } from "drizzle-orm";
import { type Actor, hasRole } from "#server/core/actor.ts";
import type { DeliveryState } from "./model.ts";

/** Payloads hold names and texts of all repositories, so the log is for those who run the portal. */
export function readDeliveriesRefusal(actor: Actor): string | null {
  return hasRole(actor, "platform") ? null : "Only platform engineers and admins can see the webhook log";
}

export function visibleTo(actor: Actor): SQL {
  return readDeliveriesRefusal(actor) === null ? sql`true` : sql`false`;
}

export function replayRefusal(actor: Actor, delivery: { state: DeliveryState }): string | null {
  if (!hasRole(actor, "platform")) return "Only platform engineers and admins can replay a webhook";
  if (delivery.state === "pending") return "It is waiting already";
  if (delivery.state === "conflict")
    return "Another webhook holds this key; this one is kept to be looked at and is never worked in";
  return null;
}
