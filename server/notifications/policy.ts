import type { Actor } from "#server/core/actor.ts";

export function readInboxRefusal(actor: Actor): string | null {
  return actor.kind === "user" ? null : "Only a person who is signed in has an inbox";
}
