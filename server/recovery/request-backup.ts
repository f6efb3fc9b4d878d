import { and, eq } from "drizzle-orm";
import { backups } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { backUpJob } from "./back-up-job.ts";
import { requestBackupRefusal } from "./policy.ts";
import "./events.ts";

/** Orders a backup, which the worker writes. Throws a conflict while one that was ordered waits. */
export async function requestBackup(ctx: Ctx): Promise<{ id: string }> {
  ensure(requestBackupRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const [waiting] = await tx.db
      .select({ id: backups.id })
      .from(backups)
      .where(and(eq(backups.state, "waiting"), eq(backups.reason, "request")))
      .limit(1);
    if (waiting) throw conflict("A backup is ordered already: it begins as soon as a worker is free");
    const [row] = await tx.db
      .insert(backups)
      .values({ path: "", reason: "request", state: "waiting", startedAt: tx.now() })
      .returning({ id: backups.id });
    if (!row) throw new Error("The order for a backup was not written");
    await record(tx, { type: "backup.requested", subjectId: row.id, payload: {} });
    await enqueue(tx, backUpJob, {});
    return row;
  });
}
