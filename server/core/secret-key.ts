import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomToken } from "./crypto.ts";
import type { Env } from "./env.ts";

/**
 * The key that seals secrets at rest: MILEPOST_SECRET_KEY, or a file in the data folder that only its owner may read,
 * made at the first start. Never logged, never in an argument.
 */
export function readSecretKey(env: Pick<Env, "MILEPOST_SECRET_KEY" | "dataDir">): string {
  if (env.MILEPOST_SECRET_KEY) return env.MILEPOST_SECRET_KEY;
  const file = join(env.dataDir, "secret-key");
  if (!existsSync(file)) {
    mkdirSync(env.dataDir, { recursive: true });
    try {
      writeFileSync(file, randomToken(), { mode: 0o600, flag: "wx" });
    } catch (error) {
      // Web and worker may start together: whoever came first has written it.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  chmodSync(file, 0o600);
  return readFileSync(file, "utf8").trim();
}
