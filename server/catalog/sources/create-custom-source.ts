import { eq } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { customSources } from "#db/schema/catalog-sources.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { SaveCustomSource } from "./inputs.ts";
import { manageCustomSourcesRefusal } from "./policy.ts";
import "../events.ts";

/** Makes a source that will send its entries by REST. Throws for the field "id" what is taken. */
export async function createCustomSource(
  ctx: Ctx,
  input: SaveCustomSource,
): Promise<{ id: string; locationId: string }> {
  ensure(manageCustomSourcesRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const createdBy = actorLabel(tx.actor).name;
    const [location] = await tx.db
      .insert(locations)
      .values({
        type: "custom",
        target: `custom:${input.id}`,
        state: "imported",
        createdAt: tx.now(),
        createdBy,
      })
      .onConflictDoNothing({ target: locations.target })
      .returning({ id: locations.id });
    if (!location) throw conflict(`There is a source named ${input.id} already`, "id");
    await tx.db
      .insert(customSources)
      .values({ ...input, locationId: location.id, createdAt: tx.now(), createdBy });
    await record(tx, { type: "custom-source.created", subjectId: input.id, payload: input });
    return { id: input.id, locationId: location.id };
  });
}

/** Changes what a custom source is called, or how much of it may vanish at once. */
export async function changeCustomSource(ctx: Ctx, input: SaveCustomSource): Promise<{ id: string }> {
  ensure(manageCustomSourcesRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const { id, title, guardPercent } = input;
    const rows = await tx.db
      .update(customSources)
      .set({ title, guardPercent })
      .where(eq(customSources.id, id))
      .returning({ id: customSources.id });
    if (rows.length === 0) throw notFound("This source was removed");
    await record(tx, { type: "custom-source.changed", subjectId: id, payload: input });
    return { id };
  });
}
