import { installation } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { type Env, readEnv, SettingError } from "#server/core/env.ts";
import { chooseMode, startRefusal } from "#server/installation/start-refusal.ts";
import { bad, type Check, good } from "./check.ts";

/** The settings as the environment has them; null when they cannot be used. */
export function checkSettings(source: NodeJS.ProcessEnv): { check: Check; env: Env | null } {
  const name = "configuration";
  try {
    return { check: good(name, "Every setting can be read"), env: readEnv(source) };
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const fix = "Correct it where the portal is started; README.md lists the settings";
    return { check: bad(name, error.message, fix), env: null };
  }
}

/** The mode that the database remembers against the settings: the public address and what else a start asks for. */
export async function checkMode(ctx: Ctx, env: Env): Promise<Check> {
  const name = "public address";
  const [row] = await ctx.db.select({ mode: installation.mode }).from(installation);
  const refusal = startRefusal(env, chooseMode(env), row?.mode ?? null);
  const mode = row?.mode ?? chooseMode(env);
  if (refusal) return bad(name, refusal, "The portal does not start before that is set");
  return good(
    name,
    mode === "production" ? `Production at ${env.MILEPOST_URL}` : "An evaluation, on this machine only",
  );
}
