import { setTimeout as sleep } from "node:timers/promises";
import { openPool } from "#db/client.ts";
import { readSchemaState } from "#db/schema-state.ts";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import { readEnv, SettingError } from "#server/core/env.ts";
import { ensureKeyring } from "#server/installation/ensure-keyring.ts";
import { prepareInstallation } from "#server/installation/prepare-installation.ts";
import { unreachableSentence } from "./unreachable-sentence.ts";

/** As long as a large migration may take before somebody should look. */
const patienceMs = 600_000;

/**
 * What has to hold before web or worker run without a starter: settings, a database that answers, its schema, the keys.
 * Waits for the migration step, since both may be started at the same time. Throws SettingError with one sentence.
 */
export async function readyToServe(onLine: (line: string) => void): Promise<void> {
  const env = readEnv();
  const url = env.DATABASE_URL;
  if (!url)
    throw new SettingError(
      "DATABASE_URL is not set: web and worker on their own need a PostgreSQL that both reach; npm start runs everything with one of its own",
    );
  const pool = openPool(url, { max: 1, name: "milepost-start" });
  try {
    await waitForSchema(pool.db, onLine);
    const ctx = { db: pool.db, actor: systemActor("Start"), now: () => new Date() };
    await prepareInstallation(ctx, env);
    await ensureKeyring(ctx, env);
  } catch (error) {
    throw unreachableSentence(error, url) ?? error;
  } finally {
    await pool.end();
  }
}

async function waitForSchema(db: Db, onLine: (line: string) => void): Promise<void> {
  const late = Date.now() + patienceMs;
  for (let tries = 0; ; tries += 1) {
    const state = await readSchemaState(db);
    if (state === "same") return;
    if (state === "newer")
      throw new SettingError("The database was migrated by a newer release: start that release");
    if (Date.now() > late)
      throw new SettingError("The database is not up to date: run milepost migrate once with this release");
    if (tries === 0) onLine("Waiting for milepost migrate to bring the database up to date");
    await sleep(1_000);
  }
}
