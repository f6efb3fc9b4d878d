import { type Actor, hasRole } from "#server/core/actor.ts";
import { type Refusal, refusal, rule } from "#server/core/refusal.ts";

const external = rule(
  "delivery.external",
  "Figures of other tools are laid beside ours by engineering leaders and those who run the portal",
  "admin",
);

export function externalRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "leader", "platform")) return null;
  return refusal(external, "Only engineering leaders and platform engineers can compare with another tool");
}
