import { installation } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Mode } from "./model.ts";

/** How this installation runs. Before the first start has written it down it counts as production: the stricter one. */
export async function readMode(ctx: Ctx): Promise<Mode> {
  const [row] = await ctx.db.select({ mode: installation.mode }).from(installation);
  return row?.mode ?? "production";
}

/** The mode and what became of the demo organisation: what the line on top of every page shows. */
export async function readInstallation(
  ctx: Ctx,
): Promise<{ mode: Mode; demoState: "none" | "loading" | "loaded" | "removed"; demoProgress: unknown }> {
  const [row] = await ctx.db
    .select({
      mode: installation.mode,
      demoState: installation.demoState,
      demoProgress: installation.demoProgress,
    })
    .from(installation);
  return row ?? { mode: "production", demoState: "none", demoProgress: null };
}
