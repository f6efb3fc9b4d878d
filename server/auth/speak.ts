import { calculatePKCECodeChallenge } from "openid-client";
import { issuerOf } from "#server/identity/providers/model.ts";
import type { StoredProvider } from "#server/identity/providers/stored-provider.ts";
import type { AttemptSecrets } from "#server/identity/sign-in/attempts.ts";
import type { ProviderProfile } from "#server/identity/sign-in/profile.ts";
import { SignInRefused } from "#server/identity/sign-in/refusal.ts";
import {
  GithubError,
  githubAuthorizationUrl,
  redeemGithubCode,
} from "#server/integrations/github-sign-in/github-client.ts";
import { type OpenidSettings, openConfiguration } from "#server/integrations/openid/openid-client.ts";
import { OpenidError } from "#server/integrations/openid/openid-error.ts";
import { authorizationUrl, redeemAnswer } from "#server/integrations/openid/sign-in.ts";
import { githubProfile, githubSettings } from "./github-profile.ts";
import { openidProfile } from "./openid-profile.ts";
import type { Reach } from "./sign-in-tools.ts";

/** A provider with what it takes to speak to it for this one moment. */
export type Spoken = { provider: StoredProvider; clientSecret: string | null; reach: Reach; now: () => Date };

export type Begun = { redirectUri: string; state: string; secrets: AttemptSecrets; isFresh: boolean };
export type Answered = Begun & { query: URLSearchParams; begunAt: Date };

export const openidSettings = ({
  provider,
  clientSecret,
}: Pick<Spoken, "provider" | "clientSecret">): OpenidSettings => ({
  issuer: issuerOf(provider.settings),
  clientId: provider.settings.clientId,
  clientAuthentication: provider.settings.clientAuthentication,
  clientSecret,
});

/** Where the browser goes to sign in. Throws SignInRefused. */
export async function signInUrl(spoken: Spoken, begun: Begun): Promise<URL> {
  const { settings } = spoken.provider;
  const { redirectUri, state, isFresh } = begun;
  const { verifier, nonce } = begun.secrets;
  return translated(async () => {
    if (settings.protocol === "github") {
      const challenge = await calculatePKCECodeChallenge(verifier);
      const ask = { redirectUri, scopes: settings.scopes, state, challenge, isFresh };
      return githubAuthorizationUrl(githubSettings(settings, null), ask);
    }
    const configuration = await openConfiguration(openidSettings(spoken), {
      ...spoken.reach,
      now: spoken.now,
    });
    const isGoogle = settings.protocol === "google";
    // Google knows neither prompt=login nor max_age; choosing the account anew is the most that it does.
    const extra = {
      ...(isGoogle && settings.hostedDomain ? { hd: settings.hostedDomain } : {}),
      ...(isGoogle && isFresh ? { prompt: "select_account" } : {}),
    };
    const ask = {
      redirectUri,
      scopes: settings.scopes,
      state,
      nonce,
      verifier,
      isFresh: isFresh && !isGoogle,
      extra,
    };
    return authorizationUrl(configuration, ask);
  });
}

/** Who the browser that came back belongs to, as far as the provider proves it. Throws SignInRefused. */
export async function readAnswer(spoken: Spoken, answered: Answered): Promise<ProviderProfile> {
  const { provider, reach, now } = spoken;
  return translated(async () => {
    if (provider.settings.protocol === "github") return readGithubAnswer(spoken, answered);
    const configuration = await openConfiguration(openidSettings(spoken), { ...reach, now });
    const answerUrl = new URL(answered.redirectUri);
    answerUrl.search = answered.query.toString();
    const proof = await redeemAnswer(configuration, {
      answerUrl,
      state: answered.state,
      ...answered.secrets,
      begunAt: answered.begunAt,
      freshness: !answered.isFresh
        ? "none"
        : provider.settings.protocol === "openid"
          ? "required"
          : "if told",
      now: now(),
    });
    return openidProfile(provider.settings, configuration, proof, reach);
  });
}

async function readGithubAnswer(spoken: Spoken, answered: Answered): Promise<ProviderProfile> {
  const { provider, reach, clientSecret } = spoken;
  const error = answered.query.get("error");
  if (error === "access_denied") throw new SignInRefused("cancelled", "GitHub answered access_denied");
  if (error) throw new SignInRefused("provider-settings", "GitHub did not accept what it was asked");
  const settings = githubSettings(provider.settings, clientSecret);
  const code = answered.query.get("code") ?? "";
  const { redirectUri, secrets } = answered;
  const token = await redeemGithubCode(reach.outside, settings, {
    code,
    redirectUri,
    verifier: secrets.verifier,
  });
  return githubProfile(provider.settings, token, reach);
}

const failures = {
  unreachable: "provider-unreachable",
  answer: "provider-answer",
  settings: "provider-settings",
  refused: "provider-refused",
  cancelled: "cancelled",
  token: "token-refused",
  clock: "clock",
  "not-fresh": "not-fresh",
} as const;

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OpenidError || error instanceof GithubError)
      throw new SignInRefused(failures[error.problem], error.message, error);
    throw error;
  }
}
