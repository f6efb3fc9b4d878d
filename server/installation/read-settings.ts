import { installation } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Env } from "#server/core/env.ts";
import { ensure } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { Mode } from "./model.ts";
import { changeSettingsRefusal, readSettingsRefusal } from "./policy.ts";

export type Settings = {
  mode: Mode;
  createdAt: Date | null;
  setupFinishedAt: Date | null;
  timeZone: string;
  /** The bare public address; null for an evaluation without one. */
  publicUrl: string | null;
  trustedProxies: readonly string[];
  dataDir: string;
  database: "embedded" | "separate";
  may: { changeTimeZone: Refusal | null };
};

/** How the portal is set up, for those who run it. Nothing secret: neither keys nor the database's address. */
export async function readSettings(
  ctx: Ctx,
  env: Pick<Env, "MILEPOST_URL" | "MILEPOST_TRUSTED_PROXIES" | "MILEPOST_EMBEDDED" | "dataDir">,
): Promise<Settings> {
  ensure(readSettingsRefusal(ctx.actor));
  const [row] = await ctx.db
    .select({
      mode: installation.mode,
      createdAt: installation.createdAt,
      setupFinishedAt: installation.setupFinishedAt,
      timeZone: installation.timeZone,
    })
    .from(installation);
  return {
    mode: row?.mode ?? "production",
    createdAt: row?.createdAt ?? null,
    setupFinishedAt: row?.setupFinishedAt ?? null,
    timeZone: row?.timeZone ?? "UTC",
    publicUrl: env.MILEPOST_URL ? new URL(env.MILEPOST_URL).origin : null,
    trustedProxies: env.MILEPOST_TRUSTED_PROXIES,
    dataDir: env.dataDir,
    database: env.MILEPOST_EMBEDDED ? "embedded" : "separate",
    may: { changeTimeZone: changeSettingsRefusal(ctx.actor) },
  };
}
