import { type Tier, tiers } from "#server/delivery/model.ts";

/** Production first, then by name. */
export function sortPlaces<One extends { tier: Tier; environment: string }>(places: readonly One[]): One[] {
  return [...places].sort(
    (left, right) =>
      tiers.indexOf(left.tier) - tiers.indexOf(right.tier) ||
      left.environment.localeCompare(right.environment, "en"),
  );
}
