import { randomUUID } from "node:crypto";
import { and, asc, eq, isNull } from "drizzle-orm";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { open, type SecretPlace, seal } from "#server/core/crypto.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { ProviderSettings } from "./inputs.ts";

/** A sign-in provider as it stands in `connections`, without its secret. */
export type StoredProvider = {
  id: string;
  slug: string;
  name: string;
  settings: ProviderSettings;
  /** Made from the environment, and not changed on the page since: the environment's secret counts. */
  isSeeded: boolean;
  disabledAt: Date | null;
};

/** What the column holds: the settings, and two words about the row itself. */
export const storedSettings = (provider: Pick<StoredProvider, "slug" | "settings" | "isSeeded">) => ({
  ...provider.settings,
  slug: provider.slug,
  isSeeded: provider.isSeeded,
});

const columns = {
  id: connections.id,
  name: connections.name,
  settings: connections.settings,
  disabledAt: connections.disabledAt,
};

/** All sign-in providers by the order in which they were added; at most 50. Rows that cannot be read are left out. */
export async function listProviders(ctx: Ctx): Promise<StoredProvider[]> {
  const rows = await ctx.db
    .select(columns)
    .from(connections)
    .where(eq(connections.kind, "sign-in"))
    .orderBy(asc(connections.createdAt), asc(connections.id))
    .limit(50);
  return rows.map(toProvider).filter((provider) => provider !== null);
}

export async function findProvider(ctx: Ctx, id: string): Promise<StoredProvider | null> {
  const [row] = await ctx.db
    .select(columns)
    .from(connections)
    .where(and(eq(connections.kind, "sign-in"), eq(connections.id, id)));
  return row ? toProvider(row) : null;
}

function toProvider(row: { id: string; name: string; settings: unknown; disabledAt: Date | null }) {
  const { slug, isSeeded } = row.settings as { slug?: unknown; isSeeded?: unknown };
  const settings = ProviderSettings.safeParse(row.settings);
  if (!settings.success || typeof slug !== "string") return null;
  const { id, name, disabledAt } = row;
  return { id, slug, name, settings: settings.data, isSeeded: isSeeded === true, disabledAt };
}

const placeOf = (row: string): SecretPlace => ({ table: "connection_secrets", row, column: "sealed" });

/** The client secret in the clear, for the moment of a request to the provider; null for a public client. */
export async function openClientSecret(
  ctx: Ctx,
  keyring: Keyring,
  connectionId: string,
): Promise<string | null> {
  const [row] = await ctx.db
    .select({ id: connectionSecrets.id, sealed: connectionSecrets.sealed })
    .from(connectionSecrets)
    .where(
      and(
        eq(connectionSecrets.connectionId, connectionId),
        eq(connectionSecrets.purpose, "client-secret"),
        isNull(connectionSecrets.retiredAt),
      ),
    )
    .limit(1);
  return row ? open(keyring, placeOf(row.id), row.sealed) : null;
}

/** Puts a new client secret in place of the former one, which is gone. */
export async function replaceClientSecret(
  tx: Ctx,
  keyring: Keyring,
  connectionId: string,
  value: string,
): Promise<void> {
  await tx.db
    .delete(connectionSecrets)
    .where(
      and(eq(connectionSecrets.connectionId, connectionId), eq(connectionSecrets.purpose, "client-secret")),
    );
  const id = randomUUID();
  const sealed = seal(keyring, placeOf(id), value);
  await tx.db
    .insert(connectionSecrets)
    .values({ id, connectionId, purpose: "client-secret", sealed, createdAt: tx.now() });
}
