import type { Ctx } from "#server/core/context.ts";
import { progressOf, readDemo } from "./demo-record.ts";
import type { DemoStatus } from "./model.ts";

/** What became of the demo organisation; readable before sign-in, since it says when one can sign in to something. */
export async function readDemoStatus(ctx: Ctx): Promise<DemoStatus> {
  const { state, record } = await readDemo(ctx);
  const isLoading = state === "loading" && record !== null;
  return {
    state,
    progress: isLoading ? progressOf(record) : null,
    failure: isLoading ? record.failure : null,
  };
}
