import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import {
  figuresVersion,
  leastDeploymentsOfLeadTime,
  maturationDays,
  minimum,
} from "#server/delivery/figures/definitions.ts";
import { hotfixLabels } from "#server/delivery/figures/judge-deployments.ts";
import { mostDrawn } from "#server/delivery/figures/lead-times.ts";
import { nearbyHours, revertDays } from "#server/delivery/projection/find-failures.ts";
import { togetherMs } from "#server/delivery/projection/group-regions.ts";
import { definition } from "#server/delivery/projection/project-service.ts";

/** Under which definition a report was written: the programs that recompute it know the rules by these numbers. */
export const definitions = { figures: figuresVersion, attribution: definition };

/** The rules that have numbers, as they are in force. */
export const rulesInForce = {
  maturationDays,
  minimum,
  leastDeploymentsOfLeadTime,
  revertDays,
  nearbyHours,
  regionsTogetherMinutes: togetherMs / 60_000,
  drawnUpTo: mostDrawn,
  hotfixLabels,
};

/** Which tier an environment has by its name, the first that fits; what has none says it itself. */
export async function readTierRules(ctx: Ctx): Promise<{ pattern: string; tier: string }[]> {
  const rows = await ctx.db.execute<{ pattern: string; tier: string }>(
    sql`select pattern, tier from environment_tier_rules order by position`,
  );
  return [...rows];
}
