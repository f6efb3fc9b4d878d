import type { Ctx } from "#server/core/context.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { ProviderSettings } from "./inputs.ts";
import { findProvider, openClientSecret } from "./stored-provider.ts";

/** Names where secrets are sent to: a stored one is never sent anywhere else. */
export const whereSecretsGo = (settings: ProviderSettings): string => {
  const { protocol, issuer, apiUrl, clientId, tenant } = settings;
  return JSON.stringify([protocol, issuer, apiUrl, clientId, tenant]);
};

/** The stored secret of a provider for a test of these settings; null when they would send it elsewhere. */
export async function storedSecretFor(
  ctx: Ctx,
  keyring: Keyring,
  id: string | undefined,
  settings: ProviderSettings,
): Promise<string | null> {
  const provider = id ? await findProvider(ctx, id) : null;
  if (!provider || whereSecretsGo(provider.settings) !== whereSecretsGo(settings)) return null;
  return openClientSecret(ctx, keyring, provider.id);
}
