import { type Actor, hasRole } from "#server/core/actor.ts";
import type { DemoState } from "./model.ts";

export function removeDemoRefusal(actor: Actor, state: DemoState): string | null {
  if (!hasRole(actor, "platform"))
    return "Only platform engineers and admins can remove the demo organisation";
  if (state === "removed") return "The demo organisation was removed already";
  return state === "none" ? "There is no demo organisation here" : null;
}
