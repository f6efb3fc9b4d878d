import { and, eq, inArray, sql } from "drizzle-orm";
import { shadows } from "#db/schema/shadow.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { readShadowRefusal } from "./policy.ts";
import { findShadow } from "./shadow-rows.ts";
import "./events.ts";

/** Stops a reading; the Backstage is not followed further until somebody asks for it. What was compared last stays. */
export async function cancelReading(ctx: Ctx): Promise<void> {
  ensure(readShadowRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const { id, settings } = await findShadow(tx.db);
    const rows = await tx.db
      .update(shadows)
      .set({ state: "cancelled", phase: null, cursor: null, run: sql`${shadows.run} + 1` })
      .where(and(eq(shadows.connectionId, id), inArray(shadows.state, ["waiting", "running"])))
      .returning({ id: shadows.connectionId });
    if (rows.length > 0)
      await record(tx, { type: "shadow.cancelled", subjectId: id, payload: { address: settings.address } });
  });
}
