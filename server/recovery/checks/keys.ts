import type { Ctx } from "#server/core/context.ts";
import { type Env, SettingError } from "#server/core/env.ts";
import { hasKeys, keyFile, readKeyring } from "#server/core/keyring.ts";
import { keyringRefusal, readSealed } from "#server/installation/check-keyring.ts";
import { bad, type Check, good } from "./check.ts";

const fix =
  "Put the right key into MILEPOST_SECRET_KEY or the key file; docs/recovery.md says what to do when it is lost";

/** Whether the keys open all that is sealed in the database. */
export async function checkKeys(ctx: Ctx, env: Pick<Env, "MILEPOST_SECRET_KEY" | "dataDir">): Promise<Check> {
  const name = "secret key";
  try {
    const keyring = hasKeys(env) ? readKeyring(env) : null;
    const sealed = await readSealed(ctx, keyring);
    const refusal = keyringRefusal(sealed, keyring, { file: keyFile(env) });
    if (refusal) return bad(name, refusal, fix);
    const count = sealed.reduce((sum, group) => sum + group.count, 0);
    return good(name, `It opens all ${count} sealed values`);
  } catch (error) {
    if (error instanceof SettingError) return bad(name, error.message, fix);
    throw error;
  }
}
