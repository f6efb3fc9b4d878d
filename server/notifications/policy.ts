import type { Actor } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal } from "#server/core/refusal.ts";

export function readInboxRefusal(actor: Actor): Refusal | null {
  return actor.kind === "user" ? null : refusal(peopleOnly, "Only a person who is signed in has an inbox");
}
