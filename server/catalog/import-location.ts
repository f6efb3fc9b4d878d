import { eq, sql } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { notFound } from "#server/core/errors.ts";
import { parseAddress } from "./location-address.ts";
import { type ImportResult, type ImportTools, runImport } from "./run-import.ts";
import { openTree } from "./trees/open-tree.ts";

/** Imports a registered location from where it points to. Throws as `runImport`. */
export async function importLocation(
  tools: ImportTools,
  input: { locationId: string },
): Promise<ImportResult> {
  const [location] = await tools.ctx.db
    .select({ target: locations.target })
    .from(locations)
    .where(eq(locations.id, input.locationId));
  if (!location) throw notFound("This location was removed");
  const result = await runImport(tools, input.locationId, (outside) =>
    openTree(parseAddress(location.target), outside),
  );
  await refreshStatistics(tools, result);
  return result;
}

/** After many changes the planner's figures and the visibility map are old until autovacuum comes by, a minute later. */
async function refreshStatistics({ ctx }: ImportTools, result: ImportResult): Promise<void> {
  if (result.added + result.changed + result.removed < 200) return;
  await ctx.db.execute(
    sql`vacuum (analyze) entities, entity_bodies, entity_fields, entity_relations, entity_problems`,
  );
}
