import { isNull } from "drizzle-orm";
import { installation } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { seal } from "#server/core/crypto.ts";
import { type Env, SettingError } from "#server/core/env.ts";
import { hasKeys, type Keyring, keyFile, makeKeyFile, readKeyring } from "#server/core/keyring.ts";
import { keyCheckPlace } from "#server/core/sealed-columns.ts";
import { keyCheckText, keyringRefusal, readSealed } from "./check-keyring.ts";

/**
 * The keyring for this start, proven on what the database holds. A key is made only where nothing is sealed yet: a lost
 * key file must not be replaced by one that opens nothing. Throws SettingError with the keys that are wanted.
 */
export async function ensureKeyring(
  ctx: Ctx,
  env: Pick<Env, "MILEPOST_SECRET_KEY" | "dataDir">,
): Promise<Keyring> {
  return inTransaction(ctx, async (tx) => {
    // Two machines that start for the first time come one after the other.
    const [row] = await tx.db.select({ keyCheck: installation.keyCheck }).from(installation).for("update");
    const sealed = await readSealed(tx, null);
    if (!hasKeys(env)) {
      const refusal = keyringRefusal(sealed, null, { file: keyFile(env) });
      if (refusal) throw new SettingError(refusal);
      makeKeyFile(env);
    }
    const keyring = readKeyring(env);
    const refusal = keyringRefusal(await readSealed(tx, keyring), keyring, { file: keyFile(env) });
    if (refusal) throw new SettingError(refusal);
    if (row && !row.keyCheck)
      await tx.db
        .update(installation)
        .set({ keyCheck: seal(keyring, keyCheckPlace, keyCheckText) })
        .where(isNull(installation.keyCheck));
    return keyring;
  });
}
