import { installation } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { type Env, SettingError } from "#server/core/env.ts";
import { record } from "#server/core/events.ts";
import { hasKeys } from "#server/core/keyring.ts";
import type { Mode } from "./model.ts";
import { chooseMode, databaseRefusal, missingKeyRefusal, startRefusal } from "./start-refusal.ts";
import "./events.ts";

/**
 * Writes the mode row at the first start, and refuses a start that would break its promises with one sentence.
 * A command on this machine serves nobody, so that it needs no public address.
 */
export async function prepareInstallation(
  ctx: Ctx,
  env: Env,
  purpose: "portal" | "command" = "portal",
): Promise<Mode> {
  const chosen = chooseMode(env);
  return inTransaction(ctx, async (tx) => {
    const [row] = await tx.db.select({ mode: installation.mode }).from(installation);
    const refuse = purpose === "portal" ? startRefusal : databaseRefusal;
    const refusal = refuse(env, chosen, row?.mode ?? null);
    if (refusal) throw new SettingError(refusal);
    const keyless = missingKeyRefusal(env, row?.mode ?? chosen, hasKeys(env));
    if (keyless) throw new SettingError(keyless);
    if (row) return row.mode;
    const created = await tx.db
      .insert(installation)
      .values({ mode: chosen })
      .onConflictDoNothing()
      .returning({ id: installation.id });
    if (created.length > 0)
      await record(tx, { type: "installation.created", subjectId: "only", payload: { mode: chosen } });
    return chosen;
  });
}
