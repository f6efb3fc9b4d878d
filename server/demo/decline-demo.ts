import type { Ctx } from "#server/core/context.ts";
import { inTransaction } from "#server/core/context.ts";
import { lockDemo, writeDemo } from "./demo-record.ts";

/** Says once that the demo organisation is not wanted: no later start loads it. One that is there stays. */
export async function declineDemo(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { state } = await lockDemo(tx);
    if (state === "none") await writeDemo(tx, "removed", null);
  });
}
