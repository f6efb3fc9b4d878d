import { eq } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { namedOf } from "./health.ts";
import type { SetConnectionState } from "./inputs.ts";
import { ensureManaged } from "./save-connection.ts";
import { findSourceConnection } from "./stored-connection.ts";
import "./events.ts";

/**
 * Switches a connection off, so that nothing is read through it and webhooks signed with its secret are refused, or on
 * again. What it brought stays as it was last seen.
 */
export async function setConnectionState(ctx: Ctx, { id, isOn }: SetConnectionState): Promise<void> {
  ensureManaged(ctx);
  await inTransaction(ctx, async (tx) => {
    const connection = await findSourceConnection(tx, id);
    if (!connection) throw notFound("This connection was removed");
    if ((connection.disabledAt === null) === isOn) return;
    await tx.db
      .update(connections)
      .set({ disabledAt: isOn ? null : tx.now(), updatedAt: tx.now() })
      .where(eq(connections.id, id));
    const payload = namedOf(connection);
    await record(tx, {
      type: isOn ? "connection.switched-on" : "connection.switched-off",
      subjectId: id,
      payload,
    });
    if (isOn) await enqueue(tx, { name: "connections-check" }, { connectionId: id }, { key: id });
  });
}
