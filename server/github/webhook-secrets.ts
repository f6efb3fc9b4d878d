import { and, asc, eq, isNull, or, sql } from "drizzle-orm";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { open, seal } from "#server/core/crypto.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { connectionSecretPlace } from "#server/core/sealed-columns.ts";

/** A secret in the clear, for the moment of a comparison. Never returned by a procedure, never logged. */
export type WebhookSecret = { id: string; connectionId: string; isDemo: boolean; value: string };

export const sealWebhookSecret = (keyring: Keyring, id: string, value: string): Buffer =>
  seal(keyring, connectionSecretPlace(id), value);

/**
 * The active webhook secrets of all connections of a kind of host, or of the one with this id or name. Read anew for each webhook,
 * so that a retired secret stops counting at once. Throws when the key that sealed them is another one.
 */
export async function readWebhookSecrets(
  ctx: Ctx,
  keyring: Keyring,
  connection?: string,
  kind: "github" | "gitlab" = "github",
): Promise<WebhookSecret[]> {
  const rows = await ctx.db
    .select({
      id: connectionSecrets.id,
      connectionId: connectionSecrets.connectionId,
      isDemo: connections.isDemo,
      sealed: connectionSecrets.sealed,
    })
    .from(connectionSecrets)
    .innerJoin(connections, eq(connections.id, connectionSecrets.connectionId))
    .where(
      and(
        eq(connections.kind, kind),
        eq(connectionSecrets.purpose, "webhook"),
        isNull(connectionSecrets.retiredAt),
        isNull(connections.disabledAt),
        connection === undefined
          ? undefined
          : or(sql`${connections.id}::text = ${connection}`, eq(connections.name, connection)),
      ),
    )
    .orderBy(asc(connectionSecrets.createdAt));
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    value: open(keyring, connectionSecretPlace(row.id), sealed),
  }));
}
