import { listSourceConnections } from "#server/connections/stored-connection.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { compareHooksJobName } from "./missing/compare-hooks.ts";
import { compareRepositoriesJobName } from "./missing/settle-misses.ts";
import { compareNowRefusal } from "./policy.ts";
import "./events.ts";

/** Orders now what is done every hour and every night: what hosts have sent, and what they list, against what is here. */
export async function orderComparison(ctx: Ctx): Promise<{ connections: number }> {
  ensure(compareNowRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const connections = (await listSourceConnections(tx)).filter(({ disabledAt }) => disabledAt === null);
    for (const { id, kind } of connections) {
      if (kind === "github")
        await enqueue(tx, { name: compareHooksJobName }, { connectionId: id }, { key: id });
      await enqueue(tx, { name: compareRepositoriesJobName }, { connectionId: id }, { key: id });
    }
    const payload = { connections: connections.length };
    await record(tx, { type: "webhook-comparison.ordered", subjectId: "all", payload });
    return payload;
  });
}
