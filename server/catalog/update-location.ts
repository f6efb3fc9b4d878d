import { and, eq, ne } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { importLocationJob } from "./jobs.ts";
import { parseAddress } from "./location-address.ts";
import { isReadType, type LocationType } from "./model.ts";
import { registerRefusal, removeRefusal } from "./policy.ts";
import "./events.ts";

/**
 * Has a location read from another address from now on: after a repository moved, its entries stay what they are, and
 * those that the new place lacks are marked as gone. Throws for the field "target" as `registerLocation`.
 */
export async function updateLocation(
  ctx: Ctx,
  input: { id: string; target: string },
): Promise<{ id: string; target: string; type: LocationType }> {
  const { type, target } = parseAddress(input.target);
  ensure(registerRefusal(ctx.actor, type));
  return inTransaction(ctx, async (tx) => {
    const [known] = await tx.db
      .select({
        state: locations.state,
        target: locations.target,
        type: locations.type,
        connectionId: locations.connectionId,
      })
      .from(locations)
      .where(eq(locations.id, input.id))
      .for("update");
    if (!known) throw notFound("This location was removed");
    ensure(removeRefusal(ctx.actor, known));
    if (!isReadType(known.type) || known.connectionId !== null)
      throw conflict(
        `${known.target} was not registered by hand, so its address cannot be changed`,
        "target",
      );
    const result = { id: input.id, target, type };
    if (known.target === target) return result;
    const [other] = await tx.db
      .select({ id: locations.id })
      .from(locations)
      .where(and(eq(locations.target, target), ne(locations.id, input.id)));
    if (other) throw conflict(`${target} is registered already`, "target");
    const anew = { state: "waiting" as const, step: null, done: 0, total: 0, failure: null, commit: null };
    await tx.db
      .update(locations)
      .set({ type, target, ...anew })
      .where(eq(locations.id, input.id));
    const payload = { target, before: known.target };
    await record(tx, { type: "location.moved", subjectId: input.id, payload });
    await enqueue(tx, importLocationJob, { locationId: input.id }, { key: input.id });
    return result;
  });
}
