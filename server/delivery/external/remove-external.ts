import { eq } from "drizzle-orm";
import { deliveryExternalFiles } from "#db/schema/delivery-external.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { ExternalId } from "./inputs.ts";
import { externalRefusal } from "./policy.ts";
import "#server/delivery/events.ts";

/** Forgets a file of another tool with all of its rows. */
export async function removeExternal(ctx: Ctx, { id }: ExternalId): Promise<void> {
  ensure(externalRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const { tool, kind } = deliveryExternalFiles;
    const [file] = await tx.db
      .delete(deliveryExternalFiles)
      .where(eq(deliveryExternalFiles.id, id))
      .returning({ tool, kind });
    if (!file) throw notFound("There is no such file: it may have been removed already");
    await record(tx, { type: "delivery-external-file.removed", subjectId: id, payload: file });
  });
}
