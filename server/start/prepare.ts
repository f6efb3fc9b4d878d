import { openPool } from "#db/client.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Env } from "#server/core/env.ts";
import { prepareQueues } from "#server/core/jobs.ts";
import { readSecretKey } from "#server/core/secret-key.ts";
import { ensureSomebody } from "#server/demo/demo-people.ts";
import { requestDemo } from "#server/demo/request-demo.ts";
import { ensureWebhookSecret } from "#server/github/ensure-webhook-secret.ts";
import { prepareInstallation } from "#server/installation/prepare-installation.ts";
import { allJobs } from "#server/worker/registry.ts";

/**
 * Everything between "PostgreSQL answers" and "web and worker may start": migrations, queues, the mode row,
 * the webhook secret, the order to load the demo organisation. Idempotent.
 * Throws SettingError, or an Error with one sentence, when this start must not go on.
 */
export async function prepareDatabase(env: Env, databaseUrl: string): Promise<{ applied: number }> {
  const { applied } = await migrateDatabase(databaseUrl);
  const pool = openPool(databaseUrl, { max: 2, name: "milepost-prepare" });
  try {
    const ctx: Ctx = { db: pool.db, actor: systemActor("Start"), now: () => new Date() };
    const mode = await prepareInstallation(ctx, env);
    await prepareQueues(databaseUrl, allJobs);
    await ensureWebhookSecret(ctx, { secretKey: readSecretKey(env), seeds: env.GITHUB_WEBHOOK_SECRET ?? [] });
    if (mode === "evaluation") await (env.MILEPOST_DEMO ? requestDemo(ctx) : ensureSomebody(ctx));
    return { applied };
  } finally {
    await pool.end();
  }
}
