import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { loadDemoJob } from "./demo-jobs.ts";
import { addDemoPeople } from "./demo-people.ts";
import { lockDemo, newRecord, writeDemo } from "./demo-record.ts";
import "./events.ts";

/**
 * Orders the demo organisation: its people can sign in at once, the worker loads the rest. At a later start it only has
 * a broken-off load go on; nothing happens where it is loaded or was removed.
 */
export async function requestDemo(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { state, record: known } = await lockDemo(tx);
    if (state === "loaded" || state === "removed") return;
    if (state === "none" || !known) {
      await addDemoPeople(tx);
      await writeDemo(tx, "loading", newRecord(tx.now()));
      await record(tx, { type: "demo.requested", subjectId: "only", payload: {}, isDemo: true });
    }
    await enqueue(tx, loadDemoJob, {});
  });
}
