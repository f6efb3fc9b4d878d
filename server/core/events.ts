import { events } from "#db/schema/core.ts";
import { actorLabel } from "./actor.ts";
import type { Ctx } from "./context.ts";

/**
 * The closed list of event names, noun.past-verb, each with its payload. A domain adds its own in `<domain>/events.ts`:
 * `declare module "#server/core/events.ts" { interface EventTypes { "location.registered": { target: string } } }`
 */
// biome-ignore lint/suspicious/noEmptyInterface: domains fill it by declaration merging
export interface EventTypes {}

export type EventName = keyof EventTypes & string;

export type NewEvent<Name extends EventName = EventName> = {
  [N in Name]: { type: N; subjectId: string; payload: EventTypes[N]; isDemo?: boolean };
}[Name];

/**
 * Writes one event in the caller's transaction: it is there exactly when the change is.
 * The subject's type is the noun of the name ("location" of "location.registered").
 * Payloads hold no secrets and no personal text beyond names.
 */
export async function record<Name extends EventName>(tx: Ctx, event: NewEvent<Name>): Promise<void> {
  const actor = actorLabel(tx.actor);
  const type: string = event.type;
  await tx.db.insert(events).values({
    at: tx.now(),
    type,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    subjectType: type.slice(0, type.indexOf(".")),
    subjectId: event.subjectId,
    payload: event.payload,
    isDemo: event.isDemo ?? false,
  });
}
