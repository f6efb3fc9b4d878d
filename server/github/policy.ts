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

export function replayRefusal(
  actor: Actor,
  delivery: { state: DeliveryState; purgedAt: Date | null },
): Refusal | null {
  if (!hasRole(actor, "platform"))
    return refusal(log, "Only platform engineers and admins can replay a webhook");
  if (delivery.state === "pending") return refusal(notNow, "It is waiting already");
  if (delivery.purgedAt)
    return refusal(notNow, "Its payload is no longer kept, so there is nothing left to work in");
  if (delivery.state !== "conflict") return null;
  return refusal(
    notNow,
    "Another webhook holds this key; this one is kept to be looked at and is never worked in",
  );
}

/** Of many at once; which of them can be is up to each. */
export function replayManyRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(log, "Only platform engineers and admins can replay webhooks");
}

const retention = rule("github.retention", "Admins say how long payloads of webhooks are kept", "admin");

export function setPayloadDaysRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot change how long payloads are kept; sign in to change it");
  if (hasRole(actor, "admin")) return null;
  return refusal(retention, "Only admins can change how long payloads of webhooks are kept");
}

export function compareNowRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(log, "Only platform engineers and admins can have the webhooks compared");
}

export function makeWebhookSecretRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot make a webhook secret; sign in to make one");
  if (hasRole(actor, "platform")) return null;
  return refusal(log, "Only platform engineers and admins can make a webhook secret");
}
