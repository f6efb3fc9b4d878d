import { events } from "#db/schema/core.ts";
import { counter } from "#server/observe/series.ts";
import { actorLabel } from "./actor.ts";
import type { Ctx } from "./context.ts";
import { findDomainError } from "./errors.ts";
import { notRecorded } from "./not-recorded.ts";

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

/** Counted by this process since its start, also those whose transaction was rolled back. */
export const eventsRecorded = counter({
  name: "milepost_events_total",
  help: "Events that this process has written to the audit log, by type",
  labelNames: ["type"],
});

/**
 * Writes one event in the caller's transaction: it is there exactly when the change is.
 * The subject's type is the noun of the name ("location" of "location.registered").
 * Payloads hold no secrets and no personal text beyond names. Throws `unavailable` when the row cannot be written: what
 * cannot be recorded is not done.
 */
export async function record<Name extends EventName>(tx: Ctx, event: NewEvent<Name>): Promise<void> {
  const actor = actorLabel(tx.actor);
  const type: string = event.type;
  const row = {
    at: tx.now(),
    type,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    subjectType: type.slice(0, type.indexOf(".")),
    subjectId: event.subjectId,
    payload: event.payload,
    isDemo: event.isDemo ?? false,
  };
  await tx.db
    .insert(events)
    .values(row)
    .catch((error: unknown) => {
      throw findDomainError(error) ?? notRecorded(error);
    });
  eventsRecorded.inc({ type });
}
