import { installation } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import type { InstallationState, Mode } from "./model.ts";

/** How this installation runs. Before the first start has written it down it counts as production: the stricter one. */
export async function readMode(ctx: Ctx): Promise<Mode> {
  const [row] = await ctx.db.select({ mode: installation.mode }).from(installation);
  return row?.mode ?? "production";
}

/** The mode, and whether pages and interfaces may be used yet: an evaluation needs no setup. */
export async function readState(ctx: Ctx): Promise<InstallationState> {
  const [row] = await ctx.db
    .select({ mode: installation.mode, setupFinishedAt: installation.setupFinishedAt })
    .from(installation);
  const mode = row?.mode ?? "production";
  return { mode, isSetupFinished: mode === "evaluation" || Boolean(row?.setupFinishedAt) };
}

/** What the frame of every page shows: the mode, the time zone, and what became of the demo organisation. */
export async function readInstallation(ctx: Ctx): Promise<{
  mode: Mode;
  timeZone: string;
  demoState: "none" | "loading" | "loaded" | "removed";
  demoProgress: unknown;
}> {
  const [row] = await ctx.db
    .select({
      mode: installation.mode,
      timeZone: installation.timeZone,
      demoState: installation.demoState,
      demoProgress: installation.demoProgress,
    })
    .from(installation);
  return row ?? { mode: "production", timeZone: "UTC", demoState: "none", demoProgress: null };
}
