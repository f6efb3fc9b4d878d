import { installation } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { type Env, SettingError } from "#server/core/env.ts";
import { record } from "#server/core/events.ts";
import { chooseMode, type Mode, startRefusal } from "./model.ts";

/** Writes the mode row at the first start, and refuses a start that would break its promises with one sentence. */
export async function prepareInstallation(ctx: Ctx, env: Env): Promise<Mode> {
  const chosen = chooseMode(env);
  return inTransaction(ctx, async (tx) => {
    const [row] = await tx.db.select({ mode: installation.mode }).from(installation);
    const refusal = startRefusal(env, chosen, row?.mode ?? null);
    if (refusal) throw new SettingError(refusal);
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
