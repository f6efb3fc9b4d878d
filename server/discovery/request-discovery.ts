import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { ConnectionId } from "./inputs.ts";
import { manageDiscoveryRefusal } from "./policy.ts";
import { runDiscoveryJobName } from "./run-discovery.ts";
import { nameOfConnection } from "./save-scope.ts";
import "./events.ts";

/** Has everything of a connection looked over now. One that is under way goes on. */
export async function requestDiscovery(ctx: Ctx, { connectionId }: ConnectionId): Promise<void> {
  ensure(manageDiscoveryRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const connectionName = await nameOfConnection(tx, connectionId);
    await tx.db.execute(sql`
      insert into discovery_runs as d (connection_id, state) values (${connectionId}, 'waiting')
      on conflict (connection_id) do update set people_at = null, is_cancelled = false,
        state = case when d.state in ('running', 'paused') then d.state else 'waiting' end`);
    await record(tx, { type: "discovery.requested", subjectId: connectionId, payload: { connectionName } });
    await enqueue(tx, { name: runDiscoveryJobName }, { connectionId }, { key: connectionId });
  });
}

/** Stops it: what was found by then stays; the next pass begins anew at its time. */
export async function cancelDiscovery(ctx: Ctx, { connectionId }: ConnectionId): Promise<void> {
  ensure(manageDiscoveryRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const connectionName = await nameOfConnection(tx, connectionId);
    const rows = await tx.db.execute(sql`
      update discovery_runs set is_cancelled = true,
        state = case when state = 'running' then state else 'cancelled' end,
        "cursor" = case when state = 'running' then "cursor" end,
        started_at = coalesce(started_at, ${tx.now().toISOString()}::timestamptz)
      where connection_id = ${connectionId} and state in ('waiting', 'running', 'paused') returning 1`);
    if (rows.length === 0) return;
    await record(tx, { type: "discovery.cancelled", subjectId: connectionId, payload: { connectionName } });
  });
}
