import { type SQL, sql } from "drizzle-orm";
import { isVisible } from "#server/catalog/visible-entities.ts";
import { type Actor, hasRole, isKnown } from "#server/core/actor.ts";
import { type Refusal, refusal, rule } from "#server/core/refusal.ts";

const unmatched = rule(
  "delivery.unmatched",
  "What belongs to no service is for those who run the portal",
  "admin",
);

/** Which Components' figures the actor may see, as a condition on `entities e`. Of single people there are no figures. */
export function visibleServices(actor: Actor): SQL {
  return isVisible(actor);
}

/**
 * A condition on deployments, incidents and runs. They are always reached through a Component that the actor may see;
 * this keeps out those who may see none.
 */
export function visibleTo(actor: Actor): SQL {
  return isKnown(actor) ? sql`true` : sql`false`;
}

export function readUnmatchedRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(unmatched, "Only platform engineers and admins can see what belongs to no service");
}

const calendar = rule(
  "delivery.calendar",
  "How the organisation counts weeks and quarters, its holidays and freezes are kept by those who run the portal",
  "admin",
);

export function changeCalendarRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(calendar, "Only platform engineers and admins can change the organisation's calendar");
}

const history = rule(
  "delivery.import",
  "Platform engineers bring in the history of a service's deployments",
  "platform",
);

export function importHistoryRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(history, "Only platform engineers and admins can bring in the history of a service");
}

/** How an import goes tells of every repository there is. */
export function readImportsRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(history, "Only platform engineers and admins can see how the import of the past goes");
}

export function manageImportRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(history, "Only platform engineers and admins can start or stop the import of the past");
}
