import { type Actor, hasRole } from "#server/core/actor.ts";
import { notNow, peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";
import type { Mode } from "#server/installation/model.ts";
import type { DemoState } from "./model.ts";

const removal = rule("demo.remove", "Those who run the portal remove the demo organisation", "admin");
const move = rule("installation.mode", "Admins say when an evaluation becomes production", "admin");

export function removeDemoRefusal(actor: Actor, state: DemoState): Refusal | null {
  if (!hasRole(actor, "platform"))
    return refusal(removal, "Only platform engineers and admins can remove the demo organisation");
  if (state === "removed") return refusal(notNow, "The demo organisation was removed already");
  return state === "none" ? refusal(notNow, "There is no demo organisation here") : null;
}

/** The way from an evaluation to production; there is none back. */
export function moveToProductionRefusal(actor: Actor, mode: Mode): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot move the portal to production; sign in to do it");
  if (!hasRole(actor, "admin")) return refusal(move, "Only an admin can move the portal to production");
  return mode === "production" ? refusal(notNow, "The portal is in production already") : null;
}
