import { and, eq, notInArray } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { LocationId } from "./inputs.ts";
import { importLocationJob } from "./jobs.ts";
import type { LocationType } from "./model.ts";
import { reimportRefusal } from "./policy.ts";
import "./events.ts";

/** Has the worker import a location again. Refused while an import of it is under way. */
export async function reimportLocation(ctx: Ctx, input: LocationId): Promise<{ id: string }> {
  return inTransaction(ctx, async (tx) => {
    const [location] = await tx.db
      .select({
        state: locations.state,
        target: locations.target,
        isDemo: locations.isDemo,
        type: locations.type,
        repositoryId: locations.repositoryId,
        connectionId: locations.connectionId,
      })
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
    const job = jobFor(location);
    if (job) await enqueue(tx, { name: job.name }, job.data, { key: job.key });
    else await enqueue(tx, importLocationJob, { locationId: input.id }, { key: input.id });
    return { id: input.id };
  });
}

/** What a connection brought is read through it, by the domain above that knows how. */
function jobFor(location: {
  type: LocationType;
  repositoryId: string | null;
  connectionId: string | null;
}): { name: string; data: object; key: string } | null {
  const { type, repositoryId, connectionId } = location;
  if (repositoryId)
    return { name: "discovery-read-repository", data: { repositoryId, isForced: true }, key: repositoryId };
  if (type === "people" && connectionId)
    return { name: "discovery-read-people", data: { connectionId }, key: connectionId };
  return null;
}
