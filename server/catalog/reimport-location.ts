import { and, eq, notInArray } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { LocationId } from "./inputs.ts";
import { importLocationJob } from "./jobs.ts";
import { reimportRefusal } from "./policy.ts";
import "./events.ts";

/** Has the worker import a location again. Refused while an import of it is under way. */
export async function reimportLocation(ctx: Ctx, input: LocationId): Promise<{ id: string }> {
  return inTransaction(ctx, async (tx) => {
    const [location] = await tx.db
      .select({ state: locations.state, target: locations.target, isDemo: locations.isDemo })
      .from(locations)
      .where(eq(locations.id, input.id))
      .for("update");
    if (!location) throw notFound("This location was removed");
    ensure(reimportRefusal(ctx.actor, location));
    await tx.db
      .update(locations)
      .set({ state: "waiting", step: null, done: 0, total: 0, failure: null })
      .where(and(eq(locations.id, input.id), notInArray(locations.state, ["running"])));
    const payload = { target: location.target };
    await record(tx, { type: "import.requested", subjectId: input.id, payload, isDemo: location.isDemo });
    await enqueue(tx, importLocationJob, { locationId: input.id }, { key: input.id });
    return { id: input.id };
  });
}
