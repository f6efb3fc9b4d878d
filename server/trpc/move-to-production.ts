import { systemActor } from "#server/core/actor.ts";
import { againAfterClash } from "#server/core/again-after-clash.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { readEnv } from "#server/core/env.ts";
import { conflict } from "#server/core/errors.ts";
import { moveToProduction } from "#server/demo/move-to-production.ts";
import { createSetupToken } from "#server/installation/create-setup-token.ts";
import { readMode } from "#server/installation/read.ts";
import { setupTokenFile, writeSetupToken } from "#server/installation/setup-token-file.ts";
import { publicUrlRefusal } from "#server/installation/start-refusal.ts";

/** What the page says after the move; the session of whoever reads it has ended already. */
export type Moved = {
  /** Where the token for the setup lies; null when it could not be written: `milepost setup-token` makes one. */
  tokenFile: string | null;
  /** What to set before the portal is started again; null when it goes on at once, at its address. */
  restart: string | null;
};

/**
 * Saves a sign-in provider by `save`. In an evaluation that moves the portal to production in the same transaction, so it
 * has to be confirmed; the domain of providers cannot do it itself, since the demo stands above it.
 */
export async function savedWithMove<T>(
  ctx: Ctx,
  isConfirmed: boolean,
  save: (ctx: Ctx) => Promise<T>,
): Promise<T & { moved: Moved | null }> {
  if ((await readMode(ctx)) === "production") return { ...(await save(ctx)), moved: null };
  if (!isConfirmed)
    throw conflict(
      "Saving a sign-in provider moves this evaluation to production and removes its demo: confirm that first",
      "confirmsProduction",
    );
  const saved = await againAfterClash(() =>
    inTransaction(ctx, async (tx) => {
      const result = await save(tx);
      await moveToProduction(tx);
      return result;
    }),
  );
  const { dataDir, MILEPOST_URL: publicUrl } = readEnv();
  const tokenFile = await createSetupToken({ ...ctx, actor: systemActor("Setup") }, ({ token }) =>
    writeSetupToken(dataDir, token),
  ).then(
    () => setupTokenFile(dataDir),
    () => null,
  );
  return { ...saved, moved: { tokenFile, restart: publicUrlRefusal(publicUrl) } };
}
