import { lt } from "drizzle-orm";
import { appManifests } from "#db/schema/connections.ts";
import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { checkConnection } from "./check-connection.ts";
import { sweepConditionalAnswers } from "./conditional-answers.ts";
import { listSourceConnections } from "./stored-connection.ts";

/** Checks one connection; its key is the connection. */
export const checkConnectionJob = defineJob<{ connectionId: string }>({
  name: "connections-check",
  retryLimit: 2,
  expireInSeconds: 300,
  isSingleton: true,
  work: (tools, data) => checkConnection(tools, data),
});

/** Every half an hour all of them, so that a token that ends is known before somebody misses something. */
export const checkAllConnectionsJob = defineJob<Record<string, never>>({
  name: "connections-check-all",
  isSingleton: true,
  cron: "*/30 * * * *",
  work: async ({ ctx }) => {
    for (const { id, disabledAt } of await listSourceConnections(ctx))
      if (!disabledAt) await enqueue(ctx, checkConnectionJob, { connectionId: id }, { key: id });
    await sweepConditionalAnswers(ctx);
    await ctx.db.delete(appManifests).where(lt(appManifests.expiresAt, ctx.now()));
  },
});

export const connectionJobs: readonly AnyJob[] = [checkConnectionJob, checkAllConnectionsJob];
