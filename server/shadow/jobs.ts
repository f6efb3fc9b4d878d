import { and, eq, inArray, isNull } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { shadows } from "#db/schema/shadow.ts";
import { inTransaction } from "#server/core/context.ts";
import { readEnv } from "#server/core/env.ts";
import { findDomainError } from "#server/core/errors.ts";
import { type AnyJob, defineJob, enqueue } from "#server/core/jobs.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { outsideForConnection } from "#server/core/outside-settings.ts";
import { readBackstage } from "./read-backstage.ts";
import { readShadowJobName } from "./read-job-name.ts";

const read = defineJob<{ connectionId: string }>({
  name: readShadowJobName,
  isSingleton: true,
  retryLimit: 2,
  expireInSeconds: 3600,
  work: async ({ ctx, signal }) => {
    const env = readEnv();
    const outsideFor = (connection: Parameters<typeof outsideForConnection>[1]) =>
      outsideForConnection(env, connection);
    try {
      await readBackstage({ ctx, keyring: currentKeyring, outsideFor, signal });
    } catch (error) {
      // What can be told stands in the reading's row; the next one comes by itself.
      if (signal.aborted || !findDomainError(error)) throw error;
    }
  },
});

/** Every quarter of an hour, unless somebody stopped it. One that was interrupted is taken up again. */
const follow = defineJob({
  name: "shadow-follow",
  isSingleton: true,
  retryLimit: 0,
  expireInSeconds: 60,
  cron: "*/15 * * * *",
  work: async ({ ctx }) => {
    const rows = await ctx.db
      .select({ id: shadows.connectionId })
      .from(shadows)
      .innerJoin(connections, eq(connections.id, shadows.connectionId))
      .where(
        and(isNull(connections.disabledAt), inArray(shadows.state, ["waiting", "running", "done", "failed"])),
      );
    for (const { id } of rows)
      await inTransaction(ctx, (tx) =>
        enqueue(tx, { name: readShadowJobName }, { connectionId: id }, { key: id }),
      );
  },
});

export const shadowJobs: readonly AnyJob[] = [read, follow];
