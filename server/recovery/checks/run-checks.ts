import type { Ctx } from "#server/core/context.ts";
import type { Env } from "#server/core/env.ts";
import type { Check } from "./check.ts";
import { checkClock, checkConnectionsLeft, checkSchema, checkServer, readServerFacts } from "./database.ts";
import { checkKeys } from "./keys.ts";
import { checkAudit, checkBackups, checkConnections, checkWorker } from "./portal.ts";
import { checkMode } from "./settings.ts";

/**
 * Everything that a database that answers can be asked. What needs this release's tables is asked only of a database
 * that has them.
 */
export async function checkDatabase(ctx: Ctx, env: Env, isPortalRunning: boolean): Promise<Check[]> {
  const facts = await readServerFacts(ctx.db);
  const schema = await checkSchema(ctx.db);
  const checks = [checkServer(facts), checkConnectionsLeft(facts), checkClock(facts), schema];
  if (!schema.ok) return checks;
  return [
    ...checks,
    await checkMode(ctx, env),
    await checkKeys(ctx, env),
    await checkConnections(ctx),
    await checkWorker(ctx, isPortalRunning),
    await checkBackups(ctx),
    await checkAudit(ctx),
  ];
}
