import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  clockSkew,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  setJwksCache,
} from "openid-client";
import type { Outside } from "#server/core/outside.ts";
import { OpenidError, toOpenidError } from "./openid-error.ts";
import { cachingFetch, freshKeys, type ProviderCache } from "./provider-cache.ts";

/** How far the clocks of a provider and this machine may be apart, in seconds. */
export const clockToleranceSeconds = 120;
const timeoutSeconds = 10;

export type OpenidSettings = {
  issuer: string;
  clientId: string;
  /** Null for a public client, which PKCE alone protects. */
  clientSecret: string | null;
  clientAuthentication: "automatic" | "basic" | "post";
};

export type OpenidTools = { outside: Outside; cache: ProviderCache; now: () => Date };

/** `/.well-known/openid-configuration` after the issuer's path (OpenID Connect Discovery 1.0, 4). */
export function metadataUrlOf(issuer: string): string {
  const url = new URL(issuer);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/.well-known/openid-configuration`;
  return url.href;
}

/**
 * A configuration for one sign-in, from the provider's metadata: its issuer has to be the one that was entered. Every ID
 * token's signature is checked, against the provider's keys, although it comes over TLS. Throws OpenidError.
 */
export async function openConfiguration(
  settings: OpenidSettings,
  tools: OpenidTools,
): Promise<Configuration> {
  const server = new URL(settings.issuer);
  let keysUrl: string | undefined;
  const now = () => tools.now().getTime();
  const about = { metadataUrl: metadataUrlOf(settings.issuer), keysUrl: () => keysUrl, now };
  const fetcher = cachingFetch(tools.outside, tools.cache, about);
  const client = {
    // Checks go by our clock, which a test may set; the library reads the machine's.
    [clockSkew]: Math.round((now() - Date.now()) / 1000),
    [clockTolerance]: clockToleranceSeconds,
  };
  try {
    const configuration = await discovery(server, settings.clientId, client, authenticationOf(settings), {
      [customFetch]: (url, init) => fetcher(url, init as RequestInit),
      timeout: timeoutSeconds,
      execute:
        server.protocol === "http:"
          ? [allowInsecureRequests, enableNonRepudiationChecks]
          : [enableNonRepudiationChecks],
    });
    const metadata = configuration.serverMetadata();
    keysUrl = metadata.jwks_uri;
    if (!keysUrl)
      throw new OpenidError("answer", `${server.host} does not say where its keys are (jwks_uri)`);
    const keys = freshKeys(tools.cache, now());
    // Dated back, so that an unknown key id makes the library ask again; how often is for the cache to say.
    if (keys) setJwksCache(configuration, { jwks: keys as never, uat: Math.floor(Date.now() / 1000) - 61 });
    return configuration;
  } catch (error) {
    const told = toOpenidError(error, server.host);
    if (told.problem !== "token") throw told;
    throw new OpenidError(
      "answer",
      `${server.host} answered something that is no metadata of OpenID Connect`,
      error,
    );
  }
}

type Authentication = ReturnType<typeof None>;

/** The secret in the header unless told otherwise: RFC 6749 2.3.1 has every server take that. */
function authenticationOf(settings: OpenidSettings): Authentication {
  const { clientSecret, clientAuthentication } = settings;
  if (!clientSecret) return None();
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)];
  if (clientAuthentication === "basic") return basic;
  if (clientAuthentication === "post") return post;
  return (server, client, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const isPostOnly = taken.includes("client_secret_post") && !taken.includes("client_secret_basic");
    return (isPostOnly ? post : basic)(server, client, body, headers);
  };
}
