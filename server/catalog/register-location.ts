import { sql } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { RegisterLocation } from "./inputs.ts";
import { importLocationJob } from "./jobs.ts";
import { parseAddress } from "./location-address.ts";
import type { LocationType } from "./model.ts";
import { registerRefusal } from "./policy.ts";
import "./events.ts";

type RegisteredLocation = { id: string; target: string; type: LocationType };

/** Adds a location and has the worker import it. Throws for the field "target" what cannot be a location or is one already. */
export async function registerLocation(ctx: Ctx, input: RegisterLocation): Promise<RegisteredLocation> {
  ensure(registerRefusal(ctx.actor));
  const { type, target } = parseAddress(input.target);
  ensure(registerRefusal(ctx.actor, type));
  return inTransaction(ctx, async (tx) => {
    const location = await insertLocation(tx, { type, target, isDemo: false });
    if (!location) throw conflict(`${target} is registered already`, "target");
    await enqueue(tx, importLocationJob, { locationId: location.id }, { key: location.id });
    return location;
  });
}

/**
 * Finds or adds a location for an import that the caller runs itself, and marks it as waiting for that.
 * Used by the command line and the demo organisation.
 */
export async function ensureLocation(
  ctx: Ctx,
  input: { type: LocationType; target: string; isDemo: boolean },
): Promise<RegisteredLocation & { isNew: boolean }> {
  ensure(registerRefusal(ctx.actor, input.type));
  return inTransaction(ctx, async (tx) => {
    const added = await insertLocation(tx, input);
    if (added) return { ...added, isNew: true };
    const [known] = await tx.db
      .update(locations)
      .set({ state: "waiting" })
      .where(sql`${locations.target} = ${input.target}`)
      .returning({ id: locations.id, target: locations.target, type: locations.type });
    if (!known) throw conflict(`${input.target} was removed meanwhile`, "target");
    return { ...known, isNew: false };
  });
}

async function insertLocation(
  tx: Ctx,
  input: { type: LocationType; target: string; isDemo: boolean },
): Promise<RegisteredLocation | null> {
  const [location] = await tx.db
    .insert(locations)
    .values({ ...input, createdAt: tx.now(), createdBy: actorLabel(tx.actor).name })
    .onConflictDoNothing({ target: locations.target })
    .returning({ id: locations.id, target: locations.target, type: locations.type });
  if (!location) return null;
  const payload = { target: location.target, type: location.type };
  await record(tx, { type: "location.registered", subjectId: location.id, payload, isDemo: input.isDemo });
  return location;
}
