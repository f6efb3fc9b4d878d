import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { manageImportRefusal } from "../policy.ts";
import { importHistoryJobName } from "./import-job-name.ts";
import type { ImportOf, RetryImport, StartImport } from "./inputs.ts";
import "../events.ts";

/** Begins the import of a connection's past, goes on with one that was stopped, or reads everything once more. */
export async function startImport(ctx: Ctx, input: StartImport): Promise<void> {
  ensure(manageImportRefusal(ctx.actor));
  const { connectionId, reachDays, isAnew } = input;
  await inTransaction(ctx, async (tx) => {
    const connectionName = await nameOf(tx, connectionId);
    await tx.db.execute(sql`
      insert into history_imports as i (connection_id, state, reach_days) values (${connectionId}, 'waiting', ${reachDays})
      on conflict (connection_id) do update set state = 'waiting', reach_days = excluded.reach_days, run = i.run + 1,
        resume_at = null, failure = null,
        requests = case when ${isAnew} then 0 else i.requests end,
        active_ms = case when ${isAnew} then 0 else i.active_ms end,
        started_at = ${tx.now().toISOString()}::timestamptz`);
    if (isAnew)
      await tx.db.execute(sql`delete from history_repositories where connection_id = ${connectionId}`);
    const payload = { connectionName, reachDays, isAnew };
    await record(tx, { type: "delivery-import.started", subjectId: connectionId, payload });
    await order(tx, connectionId);
  });
}

/** Stops it: what was read by then stays, and it can go on from there. */
export async function cancelImport(ctx: Ctx, { connectionId }: ImportOf): Promise<void> {
  ensure(manageImportRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const connectionName = await nameOf(tx, connectionId);
    const rows = await tx.db.execute(sql`
      update history_imports set state = 'cancelled', run = run + 1, resume_at = null, failure = null
      where connection_id = ${connectionId} and state in ('waiting', 'running', 'paused') returning 1`);
    if (rows.length === 0) return;
    await tx.db.execute(sql`
      update history_repositories set state = 'waiting' where connection_id = ${connectionId} and state = 'running'`);
    await record(tx, {
      type: "delivery-import.stopped",
      subjectId: connectionId,
      payload: { connectionName },
    });
  });
}

/** Has repositories that failed, or of which something could not be read, tried again at once. */
export async function retryImport(ctx: Ctx, input: RetryImport): Promise<void> {
  ensure(manageImportRefusal(ctx.actor));
  const { connectionId, repositoryId } = input;
  await inTransaction(ctx, async (tx) => {
    const connectionName = await nameOf(tx, connectionId);
    const rows = await tx.db.execute(sql`
      update history_repositories set state = 'waiting', attempts = 0, next_try_at = null
      where connection_id = ${connectionId}
        and (state in ('failed', 'gone') or state = 'waiting' and next_try_at is not null
          or state = 'done' and failure is not null)
        ${repositoryId ? sql`and repository_id = ${repositoryId}` : sql`and state <> 'gone'`}
      returning 1`);
    if (rows.length === 0) return;
    const payload = { connectionName, repositories: rows.length };
    await record(tx, { type: "delivery-import.retried", subjectId: connectionId, payload });
    await order(tx, connectionId);
  });
}

const order = (tx: Ctx, connectionId: string) =>
  enqueue(tx, { name: importHistoryJobName }, { connectionId }, { key: connectionId });

async function nameOf(tx: Ctx, connectionId: string): Promise<string> {
  const [row] = await tx.db.execute<{ name: string }>(sql`
    select name from connections where id = ${connectionId} and kind in ('github', 'gitlab') for update`);
  if (!row) throw notFound("This connection was removed");
  return row.name;
}
