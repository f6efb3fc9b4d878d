import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";

/**
 * Jobs of domains above this one that work on from what a location brought; each is handed `{ locationId }`, once at a
 * time for each location. Known here by name alone, since the catalogue does not know who builds on it.
 */
const followers: readonly string[] = [
  "apis-follow-location",
  "delivery-follow-location",
  "docs-follow-location",
  "trust-follow-import",
];

/** To be called in the transaction that changed entries of the location. */
export async function tellFollowers(tx: Ctx, locationId: string): Promise<void> {
  for (const name of followers) await enqueue(tx, { name }, { locationId }, { key: locationId });
}
