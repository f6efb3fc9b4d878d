import { randomUUID } from "node:crypto";
import { and, asc, desc, eq, inArray, isNull } from "drizzle-orm";
import { z } from "zod";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { open, seal } from "#server/core/crypto.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { connectionSecretPlace } from "#server/core/sealed-columns.ts";
import { type SourceKind, sourceKinds, usualPollMinutes, usualReservePercent } from "./model.ts";

/** What `connections.settings` holds of a host of repositories; rows that only hold webhook secrets do not have it. */
export const SourceSettings = z.object({
  auth: z.enum(["token", "app"]),
  webUrl: z.string(),
  apiUrl: z.string(),
  ca: z.string().nullable().default(null),
  proxyUrl: z.string().nullable().default(null),
  privateRanges: z.array(z.string()).default([]),
  pollMinutes: z.number().default(usualPollMinutes),
  reservePercent: z.number().default(usualReservePercent),
  owners: z.array(z.object({ login: z.string(), type: z.enum(["organization", "person"]) })).default([]),
  app: z
    .object({ id: z.string(), slug: z.string().nullable(), clientId: z.string().nullable() })
    .nullable()
    .default(null),
  /** Made from the environment, whose key counts until the connection is changed on its page. */
  isSeeded: z.boolean().default(false),
});
export type SourceSettings = z.infer<typeof SourceSettings>;

export type StoredConnection = {
  id: string;
  kind: SourceKind;
  name: string;
  settings: SourceSettings;
  createdAt: Date;
  disabledAt: Date | null;
};

const columns = {
  id: connections.id,
  kind: connections.kind,
  name: connections.name,
  settings: connections.settings,
  createdAt: connections.createdAt,
  disabledAt: connections.disabledAt,
};
type Row = Omit<StoredConnection, "kind" | "settings"> & { kind: string; settings: unknown };

function toStored(row: Row): StoredConnection | null {
  const kind = sourceKinds.find((known) => known === row.kind);
  const settings = SourceSettings.safeParse(row.settings);
  return kind && settings.success ? { ...row, kind, settings: settings.data } : null;
}

/** All connections to hosts of repositories by the order in which they were added, at most 200. No secrets. */
export async function listSourceConnections(ctx: Ctx): Promise<StoredConnection[]> {
  const rows = await ctx.db
    .select(columns)
    .from(connections)
    .where(inArray(connections.kind, [...sourceKinds]))
    .orderBy(asc(connections.createdAt), asc(connections.id))
    .limit(200);
  return rows.map(toStored).filter((connection) => connection !== null);
}

export async function findSourceConnection(ctx: Ctx, id: string): Promise<StoredConnection | null> {
  const [row] = await ctx.db.select(columns).from(connections).where(eq(connections.id, id));
  return row ? toStored(row) : null;
}

export type SecretPurpose = "token" | "private-key" | "webhook" | "client-secret";

/** The newest secret of a purpose in the clear, for the moment of a request; null where there is none. */
export async function openSecret(
  ctx: Ctx,
  keyring: Keyring,
  connectionId: string,
  purpose: SecretPurpose,
): Promise<string | null> {
  const [row] = await ctx.db
    .select({ id: connectionSecrets.id, sealed: connectionSecrets.sealed })
    .from(connectionSecrets)
    .where(
      and(
        eq(connectionSecrets.connectionId, connectionId),
        eq(connectionSecrets.purpose, purpose),
        isNull(connectionSecrets.retiredAt),
      ),
    )
    .orderBy(desc(connectionSecrets.createdAt), desc(connectionSecrets.id))
    .limit(1);
  return row ? open(keyring, connectionSecretPlace(row.id), row.sealed) : null;
}

/** Seals a secret and adds it; `replaces` takes those of the same purpose away for good. Answers its id. */
export async function putSecret(
  tx: Ctx,
  keyring: Keyring,
  secret: { connectionId: string; purpose: SecretPurpose; value: string; replaces: boolean },
): Promise<string> {
  const { connectionId, purpose, value } = secret;
  if (secret.replaces)
    await tx.db
      .delete(connectionSecrets)
      .where(and(eq(connectionSecrets.connectionId, connectionId), eq(connectionSecrets.purpose, purpose)));
  const id = randomUUID();
  const sealed = seal(keyring, connectionSecretPlace(id), value);
  await tx.db.insert(connectionSecrets).values({ id, connectionId, purpose, sealed, createdAt: tx.now() });
  return id;
}
