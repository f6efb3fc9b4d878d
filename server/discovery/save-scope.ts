import { eq, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { discoveryScopes } from "#db/schema/discovery.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { SaveScope } from "./inputs.ts";
import { manageDiscoveryRefusal } from "./policy.ts";
import { runDiscoveryJobName } from "./run-discovery.ts";
import "./events.ts";

/** Says what of a connection is looked at, and has everything looked at anew by that. */
export async function saveScope(ctx: Ctx, input: SaveScope): Promise<void> {
  ensure(manageDiscoveryRefusal(ctx.actor));
  const { connectionId, ...scope } = SaveScope.parse(input);
  await inTransaction(ctx, async (tx) => {
    const connectionName = await nameOfConnection(tx, connectionId);
    const values = { ...scope, updatedAt: tx.now() };
    await tx.db
      .insert(discoveryScopes)
      .values({ connectionId, ...values })
      .onConflictDoUpdate({ target: discoveryScopes.connectionId, set: values });
    // What was seen under other rules says nothing.
    await tx.db.execute(sql`
      update discovered_repositories d set commit = null, looked_at = null from source_repositories r
      where r.id = d.repository_id and r.connection_id = ${connectionId}`);
    await tx.db.execute(sql`
      update discovery_runs set "cursor" = null, people_at = null where connection_id = ${connectionId} and state <> 'running'`);
    await record(tx, {
      type: "discovery.scope-changed",
      subjectId: connectionId,
      payload: { connectionName },
    });
    await enqueue(tx, { name: runDiscoveryJobName }, { connectionId }, { key: connectionId });
  });
}

/** Throws "not_found" for a connection that was removed. */
export async function nameOfConnection(tx: Ctx, id: string): Promise<string> {
  const [row] = await tx.db
    .select({ name: connections.name })
    .from(connections)
    .where(eq(connections.id, id));
  if (!row) throw notFound("This connection was removed");
  return row.name;
}
