import { eq } from "drizzle-orm";
import { connectionHealth } from "#db/schema/connections.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { makeLogger } from "#server/core/log.ts";
import type { HostIdentity } from "./source-host.ts";
import { findSourceConnection, type StoredConnection } from "./stored-connection.ts";
import "./events.ts";

const log = makeLogger("connections");

export const namedOf = ({ kind, name, settings }: Pick<StoredConnection, "kind" | "name" | "settings">) => ({
  kind,
  name,
  host: new URL(settings.webUrl).host,
});

/** What a success or a failure of a connection says about it. A success may tell more. */
type Heard = { identity: Pick<HostIdentity, "name" | "abilities">; notes: string[] };

/**
 * Notes that a connection works. To be called by whoever has read through it (a check, a discovery): the page tells it
 * and, after a failure, the event log too.
 */
export async function noteSuccess(ctx: Ctx, connectionId: string, heard?: Heard): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const former = await lockHealth(tx, connectionId);
    if (!former) return;
    const at = tx.now();
    await tx.db
      .update(connectionHealth)
      .set({
        checkedAt: at,
        succeededAt: at,
        failure: null,
        ...(heard
          ? { identity: heard.identity.name, abilities: { ...heard.identity.abilities }, notes: heard.notes }
          : {}),
      })
      .where(eq(connectionHealth.connectionId, connectionId));
    if (former.failure === null) return;
    const payload = namedOf(former.connection);
    await record(tx, { type: "connection.recovered", subjectId: connectionId, payload });
  });
}

/**
 * Notes why a connection failed, in the sentence of the error. A limit of the host that passes by itself is no failure.
 * Answers whether it was one that can be told; another is a bug, for the caller to throw on.
 */
export async function noteFailure(ctx: Ctx, connectionId: string, error: unknown): Promise<boolean> {
  const told = findDomainError(error);
  if (told?.code === "too_many") return true;
  if (!told) log.error({ err: error, connectionId }, "A connection could not be used");
  const reason = told?.message ?? "Something went wrong: the log of the worker says what";
  await inTransaction(ctx, async (tx) => {
    const former = await lockHealth(tx, connectionId);
    if (!former) return;
    const at = tx.now();
    await tx.db
      .update(connectionHealth)
      .set({ checkedAt: at, failure: reason, failedAt: former.failure === null ? at : former.failedAt })
      .where(eq(connectionHealth.connectionId, connectionId));
    if (former.failure !== null) return;
    const payload = { ...namedOf(former.connection), reason };
    await record(tx, { type: "connection.failed", subjectId: connectionId, payload });
  });
  return told !== null;
}

/** The row of its health, made where there is none and locked; null for a connection that was removed. */
async function lockHealth(tx: Ctx, connectionId: string) {
  const connection = await findSourceConnection(tx, connectionId);
  if (!connection) return null;
  await tx.db.insert(connectionHealth).values({ connectionId }).onConflictDoNothing();
  const [row] = await tx.db
    .select({ failure: connectionHealth.failure, failedAt: connectionHealth.failedAt })
    .from(connectionHealth)
    .where(eq(connectionHealth.connectionId, connectionId))
    .for("update");
  return { connection, failure: row?.failure ?? null, failedAt: row?.failedAt ?? null };
}
