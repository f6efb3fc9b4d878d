import { and, eq, isNull } from "drizzle-orm";
import { connectionSecrets } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken } from "#server/core/crypto.ts";
import { notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { namedOf } from "./health.ts";
import type { MakeConnectionSecret } from "./inputs.ts";
import { ensureManaged } from "./save-connection.ts";
import { findSourceConnection, putSecret } from "./stored-connection.ts";
import "./events.ts";

/**
 * Makes a secret with which this connection's webhooks are signed (GitHub), or which they show (GitLab); it is in this answer and nowhere else. Former ones stay
 * good, so that the host can be moved to the new one without a gap, unless `retiresOthers`.
 */
export async function makeConnectionSecret(
  ctx: Ctx,
  { id, retiresOthers }: MakeConnectionSecret,
  keyring: Keyring,
): Promise<{ secret: string; retired: number }> {
  ensureManaged(ctx);
  const secret = randomToken();
  return inTransaction(ctx, async (tx) => {
    const connection = await findSourceConnection(tx, id);
    if (!connection) throw notFound("This connection was removed");
    const retired = retiresOthers ? await retireAll(tx, id) : 0;
    await putSecret(tx, keyring, { connectionId: id, purpose: "webhook", value: secret, replaces: false });
    const payload = { ...namedOf(connection), purpose: "webhook" as const, retired };
    await record(tx, { type: "connection.secret-made", subjectId: id, payload });
    return { secret, retired };
  });
}

async function retireAll(tx: Ctx, connectionId: string): Promise<number> {
  const rows = await tx.db
    .update(connectionSecrets)
    .set({ retiredAt: tx.now() })
    .where(
      and(
        eq(connectionSecrets.connectionId, connectionId),
        eq(connectionSecrets.purpose, "webhook"),
        isNull(connectionSecrets.retiredAt),
      ),
    )
    .returning({ id: connectionSecrets.id });
  return rows.length;
}
