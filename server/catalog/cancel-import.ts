import { eq, sql } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { LocationId } from "./inputs.ts";
import { cancelRefusal } from "./policy.ts";
import "./events.ts";

/** Stops an import that waits or runs: the run loses its right to write and ends at its next step. Nothing is half saved. */
export async function cancelImport(ctx: Ctx, input: LocationId): Promise<{ id: string }> {
  return inTransaction(ctx, async (tx) => {
    const [location] = await tx.db
      .select({ state: locations.state, target: locations.target })
      .from(locations)
      .where(eq(locations.id, input.id))
      .for("update");
    if (!location) throw notFound("This location was removed");
    ensure(cancelRefusal(ctx.actor, location));
    await tx.db
      .update(locations)
      .set({ state: "cancelled", step: null, run: sql`${locations.run} + 1` })
      .where(eq(locations.id, input.id));
    await record(tx, {
      type: "location.cancelled",
      subjectId: input.id,
      payload: { target: location.target },
    });
    return { id: input.id };
  });
}
