import { reportedDeployments } from "#db/schema/delivery-reported.ts";
import { deliverySimulationMoves, deliverySimulations } from "#db/schema/delivery-simulations.ts";
import { deliveryDefaults, environmentTierRules } from "#db/schema/delivery-sources.ts";
import type { Db } from "#db/types.ts";
import { awkward } from "./awkward.ts";

/**
 * A deployment that was reported, a rule for environments, what counts by default, and a deployment that other rules would
 * count differently. Receivers, incidents and simulations are in the world.
 */
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
  await db.insert(deliveryDefaults).values({ source: "release" });
  const [simulation] = await db.select({ id: deliverySimulations.id }).from(deliverySimulations).limit(1);
  await db.insert(deliverySimulationMoves).values({
    simulationId: simulation?.id ?? "",
    entityRef: "component:default/filled",
    position: 0,
    move: "in",
    source: "reported",
    sourceKey: awkward,
    environment: awkward,
    ref: awkward,
    at,
    why: awkward,
  });
}
