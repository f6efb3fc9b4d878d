import { eq } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { manageShadowRefusal } from "./policy.ts";
import { findShadow } from "./shadow-rows.ts";
import "./events.ts";

/** Stops following the Backstage, and forgets its token and what was read. Our catalogue stays as it is. */
export async function removeShadow(ctx: Ctx): Promise<void> {
  ensure(manageShadowRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const { id, settings } = await findShadow(tx.db);
    await tx.db.delete(connections).where(eq(connections.id, id));
    await record(tx, { type: "shadow.removed", subjectId: id, payload: { address: settings.address } });
  });
}
