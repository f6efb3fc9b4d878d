import { count, eq } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { sourceRepositories } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { namedOf } from "./health.ts";
import type { ConnectionId } from "./inputs.ts";
import { ensureManaged } from "./save-connection.ts";
import { findSourceConnection } from "./stored-connection.ts";
import "./events.ts";

/** Locations of the catalogue that are read through a connection: they are removed before it. */
export async function listConnectionLocations(ctx: Ctx, { id }: ConnectionId): Promise<string[]> {
  ensureManaged(ctx);
  const rows = await ctx.db
    .select({ id: locations.id })
    .from(locations)
    .where(eq(locations.connectionId, id));
  return rows.map((row) => row.id);
}

/**
 * Removes a connection with its secrets and what was mirrored of its host: repositories, readers, installations.
 * Throws `conflict` while locations of the catalogue are read through it: without it nobody would know who may see them.
 */
export async function removeConnection(ctx: Ctx, { id }: ConnectionId): Promise<void> {
  ensureManaged(ctx);
  await inTransaction(ctx, async (tx) => {
    const connection = await findSourceConnection(tx, id);
    if (!connection) throw notFound("This connection was removed already");
    if ((await listConnectionLocations(tx, { id })).length > 0)
      throw conflict("Sources of the catalog are still read through this connection: remove them first");
    const [known] = await tx.db
      .select({ count: count() })
      .from(sourceRepositories)
      .where(eq(sourceRepositories.connectionId, id));
    await tx.db.delete(connections).where(eq(connections.id, id));
    const payload = { ...namedOf(connection), repositories: known?.count ?? 0 };
    await record(tx, { type: "connection.removed", subjectId: id, payload });
  });
}
