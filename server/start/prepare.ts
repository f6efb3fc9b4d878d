import { openPool } from "#db/client.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { anchorHeadsJob } from "#server/audit/jobs.ts";
import { ensureSeededConnection } from "#server/connections/ensure-seeded-connection.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Env } from "#server/core/env.ts";
import { enqueue, prepareQueues } from "#server/core/jobs.ts";
import { ensureSomebody } from "#server/demo/demo-people.ts";
import { requestDemo } from "#server/demo/request-demo.ts";
import { ensureWebhookSecret } from "#server/github/ensure-webhook-secret.ts";
import { ensureSeededProviders } from "#server/identity/providers/ensure-seeded-providers.ts";
import { ensureSetupToken, type SetupToken } from "#server/installation/create-setup-token.ts";
import { ensureKeyring } from "#server/installation/ensure-keyring.ts";
import type { Mode } from "#server/installation/model.ts";
import { prepareInstallation } from "#server/installation/prepare-installation.ts";
import { writeSetupToken } from "#server/installation/setup-token-file.ts";
import { backUpBeforeUpgrade, listUpgradeBackup } from "#server/recovery/back-up-before-upgrade.ts";
import { backupSettings } from "#server/recovery/backup-settings.ts";
import { allJobs } from "#server/worker/registry.ts";

export type Prepared = {
  /** How many migrations ran. */
  applied: number;
  mode: Mode;
  /** A setup token that this start has made; null when none was needed. */
  setupToken: SetupToken | null;
};

/**
 * Everything between "PostgreSQL answers" and "web and worker may start": migrations, queues, the mode row,
 * the webhook secret, the order to load the demo organisation, the token for the setup. Idempotent.
 * Throws SettingError, or an Error with one sentence, when this start must not go on.
 */
export async function prepareDatabase(
  env: Env,
  databaseUrl: string,
  purpose: "portal" | "command" | "keys" = "portal",
): Promise<Prepared> {
  const applied = await upgradeDatabase(env, databaseUrl);
  const pool = openPool(databaseUrl, { max: 2, name: "milepost-prepare" });
  try {
    const ctx: Ctx = { db: pool.db, actor: systemActor("Start"), now: () => new Date() };
    const mode = await prepareInstallation(ctx, env, purpose === "portal" ? "portal" : "command");
    // Whoever puts the keys in order comes with keys that are not in order yet.
    if (purpose === "keys") return { applied, mode, setupToken: null };
    const keyring = await ensureKeyring(ctx, env);
    await prepareQueues(databaseUrl, allJobs);
    if (purpose === "portal") await enqueue(ctx, anchorHeadsJob, {});
    await ensureWebhookSecret(ctx, { keyring, seeds: env.GITHUB_WEBHOOK_SECRET ?? [] });
    await ensureSeededConnection(ctx, env, keyring);
    if (mode === "production") await ensureSeededProviders(ctx, env, keyring);
    if (mode === "evaluation") await (env.MILEPOST_DEMO ? requestDemo(ctx) : ensureSomebody(ctx));
    const keep = ({ token }: SetupToken) => writeSetupToken(env.dataDir, token);
    const setupToken = purpose === "portal" ? await ensureSetupToken(ctx, keep) : null;
    return { applied, mode, setupToken };
  } finally {
    await pool.end();
  }
}

/** Migrates, and backs embedded data of an older release up before; answers how many migrations ran. */
async function upgradeDatabase(env: Env, databaseUrl: string): Promise<number> {
  // Whoever runs a PostgreSQL of their own backs it up in their own way.
  if (env.DATABASE_URL && !env.MILEPOST_EMBEDDED) return (await migrateDatabase(databaseUrl)).applied;
  const pool = openPool(databaseUrl, { max: 1, name: "milepost-upgrade" });
  try {
    const ctx: Ctx = { db: pool.db, actor: systemActor("Upgrade"), now: () => new Date() };
    const settings = backupSettings(env);
    const made = await backUpBeforeUpgrade(ctx, settings);
    const { applied } = await migrateDatabase(databaseUrl);
    if (made) await listUpgradeBackup(ctx, settings, made);
    return applied;
  } finally {
    await pool.end();
  }
}
