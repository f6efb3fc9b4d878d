import { eq, sql } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { afterCatalogueChange } from "./after-change.ts";
import type { LocationId } from "./inputs.ts";
import { removeRefusal } from "./policy.ts";
import { isFollowed } from "./reads/locations.ts";
import { awaitTurn } from "./save-lock.ts";
import { beginDangling } from "./warn-dangling.ts";
import { refreshRelations, renewVersion } from "./write-entries.ts";
import "./events.ts";

/** Removes a location and the entries that came from it; entries of other locations lose their relations to those. */
export async function removeLocation(ctx: Ctx, input: LocationId): Promise<{ removed: number }> {
  return inTransaction(ctx, async (tx) => {
    // Relations are written anew from what is there: not while an import is adding to it.
    await awaitTurn(tx);
    const [location] = await tx.db
      .select({
        state: locations.state,
        type: locations.type,
        target: locations.target,
        isDemo: locations.isDemo,
        isFollowed: isFollowed(sql`${locations.repositoryId}`),
      })
      .from(locations)
      .where(eq(locations.id, input.id))
      .for("update");
    if (!location) throw notFound("This location was removed already");
    ensure(removeRefusal(ctx.actor, location));
    const own = sql`(select id from entities where location_id = ${input.id})`;
    const touched = await tx.db.execute<{ ref: string }>(sql`
      with stated as (delete from entity_relations where origin_id in ${own} returning source_ref)
      select distinct source_ref as ref from stated`);
    await tx.db.execute(sql`delete from entity_fields where entity_id in ${own}`);
    const gone = await tx.db.execute<{ ref: string }>(
      sql`delete from entities where location_id = ${input.id} returning ref`,
    );
    await tx.db.delete(locations).where(eq(locations.id, input.id));
    await refreshRelations(
      tx.db,
      touched.map(({ ref }) => ref),
    );
    await beginDangling(
      tx.db,
      gone.map(({ ref }) => ref),
    );
    await renewVersion(tx.db);
    const payload = { target: location.target, entries: gone.length };
    await afterCatalogueChange(tx);
    await record(tx, { type: "location.removed", subjectId: input.id, payload, isDemo: location.isDemo });
    return { removed: gone.length };
  });
}
