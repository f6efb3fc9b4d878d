import type { Env } from "./env.ts";
import { makeOutside, type Outside } from "./outside.ts";

type NetworkEnv = Pick<Env, "HTTPS_PROXY" | "NO_PROXY">;

const proxyOf = (env: NetworkEnv) => ({ proxyUrl: env.HTTPS_PROXY, noProxy: env.NO_PROXY });

/** The door for reading catalogue files and repositories: the hosts and private ranges that the settings list. */
export function outsideForImports(
  env: NetworkEnv & Pick<Env, "MILEPOST_ALLOWED_HOSTS" | "MILEPOST_PRIVATE_RANGES">,
): Outside {
  return makeOutside({
    ...proxyOf(env),
    hosts: env.MILEPOST_ALLOWED_HOSTS,
    privateRanges: env.MILEPOST_PRIVATE_RANGES,
  });
}

/**
 * The door for one connection (an identity provider, a GitHub server): what an admin approved for it and nothing else.
 * Throws a DomainError of the field `privateRanges` or `ca` for what cannot be used.
 */
export function outsideForConnection(
  env: NetworkEnv,
  connection: {
    hosts: readonly string[] | "any";
    privateRanges?: readonly string[] | undefined;
    ca?: string | undefined;
  },
): Outside {
  return makeOutside({
    ...proxyOf(env),
    ...connection,
    unlistedHint: "it does not belong to this connection",
  });
}
