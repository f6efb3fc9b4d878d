import { reportedDeployments } from "#db/schema/delivery-figures.ts";
import { environmentTierRules } from "#db/schema/delivery-sources.ts";
import type { Db } from "#db/types.ts";
import { awkward } from "./awkward.ts";

/** A deployment that was reported, and a rule for environments. Receivers and incidents are in the world. */
export async function fillDeliverySources(db: Db): Promise<void> {
  const at = new Date("2026-01-02T03:04:05.678Z");
  await db
    .insert(environmentTierRules)
    .values({ position: 0, pattern: awkward.toLowerCase(), tier: "production" });
  await db
    .insert(reportedDeployments)
    .values({
      entityRef: "component:default/filled",
      source: "api",
      key: awkward,
      environment: awkward,
      tier: "production",
      version: awkward,
      createdAt: at,
      asOf: at,
      asOfGuid: "g",
    })
    .onConflictDoNothing();
}
