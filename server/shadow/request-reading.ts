import { and, eq, notInArray } from "drizzle-orm";
import { shadows } from "#db/schema/shadow.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { readShadowRefusal } from "./policy.ts";
import { readShadowJobName } from "./read-job-name.ts";
import { findShadow } from "./shadow-rows.ts";
import "./events.ts";

/** Has the worker read the Backstage now; where it is at that already, it goes on. */
export async function requestReading(ctx: Ctx): Promise<void> {
  ensure(readShadowRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const { id, settings } = await findShadow(tx.db);
    await tx.db
      .update(shadows)
      .set({ state: "waiting", phase: null, cursor: null, done: 0, total: 0, failure: null })
      .where(and(eq(shadows.connectionId, id), notInArray(shadows.state, ["waiting", "running"])));
    await record(tx, { type: "shadow.requested", subjectId: id, payload: { address: settings.address } });
    await enqueue(tx, { name: readShadowJobName }, { connectionId: id }, { key: id });
  });
}
