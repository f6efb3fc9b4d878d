import { type Env, readEnv } from "#server/core/env.ts";
import { currentKeyring, type Keyring } from "#server/core/keyring.ts";
import type { Outside } from "#server/core/outside.ts";
import { outsideForConnection } from "#server/core/outside-settings.ts";
import type { ProviderSettings } from "#server/identity/providers/inputs.ts";
import { newProviderCache, type ProviderCache } from "#server/integrations/openid/provider-cache.ts";

/** What a sign-in needs besides its Ctx: the public address, the keys, and a way out to each provider. */
export type SignInTools = {
  /** Null in an evaluation that has none. */
  publicUrl: string | null;
  keyring: () => Keyring;
  /** The way to one provider, and what is remembered of it; both begin anew when its settings change. */
  reach: (provider: { id: string; settings: ProviderSettings }) => Reach;
};

export type Reach = { outside: Outside; cache: ProviderCache };

type ReachEnv = Pick<Env, "HTTPS_PROXY" | "NO_PROXY">;

/** The guarded door of one provider: https to public hosts, its own authority, and the private ranges approved for it. */
export const outsideForProvider = (env: ReachEnv, settings: ProviderSettings): Outside =>
  outsideForConnection(env, {
    hosts: "any",
    privateRanges: settings.privateRanges,
    ca: settings.ca ?? undefined,
  });

export function makeSignInTools(
  env: ReachEnv & Pick<Env, "MILEPOST_URL">,
  keyring: () => Keyring,
): SignInTools {
  const reached = new Map<string, Reach & { key: string }>();
  return {
    publicUrl: env.MILEPOST_URL ?? null,
    keyring,
    reach: ({ id, settings }) => {
      const key = JSON.stringify(settings);
      const known = reached.get(id);
      if (known?.key === key) return known;
      void known?.outside.close();
      const made = { key, outside: outsideForProvider(env, settings), cache: newProviderCache() };
      reached.set(id, made);
      return made;
    },
  };
}

let current: SignInTools | undefined;

/** Those of this process, by its environment; made when the first sign-in begins. */
export function currentSignInTools(): SignInTools {
  current ??= makeSignInTools(readEnv(), currentKeyring);
  return current;
}
