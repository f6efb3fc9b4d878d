import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { namedOf } from "./health.ts";
import type { ConnectionId } from "./inputs.ts";
import { checkConnectionRefusal } from "./policy.ts";
import { findSourceConnection } from "./stored-connection.ts";
import "./events.ts";

/** Has a connection checked now: who we are there, what we may, where an App is installed. */
export async function requestConnectionCheck(ctx: Ctx, { id }: ConnectionId): Promise<void> {
  ensure(checkConnectionRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const connection = await findSourceConnection(tx, id);
    if (!connection) throw notFound("This connection was removed");
    if (connection.disabledAt) throw invalid("This connection is switched off: switch it on first");
    await record(tx, { type: "connection.check-ordered", subjectId: id, payload: namedOf(connection) });
    await enqueue(tx, { name: "connections-check" }, { connectionId: id }, { key: id });
  });
}
