import { and, eq } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { manageSinksRefusal } from "./policy.ts";
import type { SinkSettings } from "./sinks.ts";
import "./events.ts";

/** Removes a sink with its token and the memory of what it was sent. */
export async function removeSink(ctx: Ctx, input: { id: string }): Promise<void> {
  ensure(manageSinksRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const [gone] = await tx.db
      .delete(connections)
      .where(and(eq(connections.id, input.id), eq(connections.kind, "audit-sink")))
      .returning({ name: connections.name, settings: connections.settings });
    if (!gone) throw notFound("This sink was removed already");
    const { address } = gone.settings as SinkSettings;
    await record(tx, {
      type: "audit-sink.removed",
      subjectId: input.id,
      payload: { name: gone.name, address },
    });
  });
}
