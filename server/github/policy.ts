import { type SQL, sql } from "drizzle-orm";
import { type Actor, hasRole } from "#server/core/actor.ts";
import { notNow, peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";
import type { DeliveryState } from "./model.ts";

const log = rule("github.webhooks", "The webhook log is for those who run the portal", "admin");

/** Payloads hold names and texts of all repositories, so the log is for those who run the portal. */
export function readDeliveriesRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(log, "Only platform engineers and admins can see the webhook log");
}

export function visibleTo(actor: Actor): SQL {
  return readDeliveriesRefusal(actor) === null ? sql`true` : sql`false`;
}

export function replayRefusal(actor: Actor, delivery: { state: DeliveryState }): Refusal | null {
  if (!hasRole(actor, "platform"))
    return refusal(log, "Only platform engineers and admins can replay a webhook");
  if (delivery.state === "pending") return refusal(notNow, "It is waiting already");
  if (delivery.state !== "conflict") return null;
  return refusal(
    notNow,
    "Another webhook holds this key; this one is kept to be looked at and is never worked in",
  );
}

export function makeWebhookSecretRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot make a webhook secret; sign in to make one");
  if (hasRole(actor, "platform")) return null;
  return refusal(log, "Only platform engineers and admins can make a webhook secret");
}
