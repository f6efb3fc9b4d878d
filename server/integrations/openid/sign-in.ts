import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
} from "openid-client";
import type { Claims } from "./claims.ts";
import { clockToleranceSeconds } from "./openid-client.ts";
import { OpenidError, toOpenidError } from "./openid-error.ts";

type AskFor = {
  redirectUri: string;
  scopes: readonly string[];
  state: string;
  nonce: string;
  verifier: string;
  /** The person has to sign in anew, not just come back with the provider's session. */
  isFresh: boolean;
  /** Of this provider's kind, such as Google's `hd`. */
  extra?: Record<string, string>;
};

/** Where the browser is sent: authorization code with PKCE (S256), state and nonce. */
export async function authorizationUrl(configuration: Configuration, ask: AskFor): Promise<URL> {
  return buildAuthorizationUrl(configuration, {
    ...ask.extra,
    response_type: "code",
    redirect_uri: ask.redirectUri,
    scope: ask.scopes.join(" "),
    state: ask.state,
    nonce: ask.nonce,
    code_challenge: await calculatePKCECodeChallenge(ask.verifier),
    code_challenge_method: "S256",
    ...(ask.isFresh ? { prompt: "login", max_age: "0" } : {}),
  });
}

type Expected = {
  /** The redirect URI with the query that the browser came back with. */
  answerUrl: URL;
  state: string;
  nonce: string;
  verifier: string;
  /** When the browser was sent off: no proof can be older, since nobody knew the nonce before. */
  begunAt: Date;
  /** Whether the person had to sign in anew after the browser was sent off; some providers do not tell when they did. */
  freshness: "none" | "if told" | "required";
  now: Date;
};

export type Proof = { claims: Claims & { iss: string; sub: string }; accessToken: string };

/**
 * Exchanges the code for an ID token and checks it: `iss` of the answer, signature, issuer, audience, nonce, expiry and
 * the moment of issue, each within two minutes of both clocks. Throws OpenidError.
 */
export async function redeemAnswer(configuration: Configuration, expected: Expected): Promise<Proof> {
  const { host } = new URL(configuration.serverMetadata().issuer);
  try {
    const tokens = await authorizationCodeGrant(configuration, expected.answerUrl, {
      expectedState: expected.state,
      expectedNonce: expected.nonce,
      pkceCodeVerifier: expected.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new OpenidError("token", `${host} sent no ID token`);
    ensureIssuedNow(claims.iat, expected, host);
    ensureFresh(claims.auth_time, expected, host);
    if (claims.sub.length > 255)
      throw new OpenidError("token", `${host} sent a subject of more than 255 characters`);
    return { claims, accessToken: tokens.access_token };
  } catch (error) {
    throw toOpenidError(error, host);
  }
}

function ensureIssuedNow(issuedAt: number, expected: Expected, host: string): void {
  const [begun, now] = [expected.begunAt, expected.now].map((at) => Math.floor(at.getTime() / 1000)) as [
    number,
    number,
  ];
  if (issuedAt > now + clockToleranceSeconds)
    throw new OpenidError(
      "clock",
      `The proof of ${host} was issued ${issuedAt - now} s in the future by our clock`,
    );
  if (issuedAt < begun - clockToleranceSeconds)
    throw new OpenidError(
      "clock",
      `The proof of ${host} was issued ${begun - issuedAt} s before it was asked for by our clock`,
    );
}

function ensureFresh(authenticatedAt: unknown, expected: Expected, host: string): void {
  if (expected.freshness === "none") return;
  if (typeof authenticatedAt !== "number") {
    if (expected.freshness === "if told") return;
    throw new OpenidError("not-fresh", `${host} did not say when the person signed in (auth_time)`);
  }
  if (authenticatedAt < Math.floor(expected.begunAt.getTime() / 1000) - clockToleranceSeconds)
    throw new OpenidError("not-fresh", `${host} did not ask the person to sign in anew (auth_time)`);
}

/** More claims from the UserInfo endpoint, about the same subject. Throws OpenidError. */
export async function readUserInfo(configuration: Configuration, proof: Proof): Promise<Claims> {
  const { issuer, userinfo_endpoint } = configuration.serverMetadata();
  if (!userinfo_endpoint) return {};
  try {
    return await fetchUserInfo(configuration, proof.accessToken, proof.claims.sub);
  } catch (error) {
    throw toOpenidError(error, new URL(issuer).host);
  }
}
