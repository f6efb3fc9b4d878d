import type { Outside, OutsideAnswer } from "#server/core/outside.ts";

export type GithubSettings = {
  /** https://github.com, or the address of an Enterprise Server. */
  webUrl: string;
  /** https://api.github.com, or https://HOST/api/v3. */
  apiUrl: string;
  clientId: string;
  clientSecret: string;
};

/** `message` says what and where, and names no secret. */
export class GithubError extends Error {
  override name = "GithubError";
  readonly problem: "unreachable" | "answer" | "settings" | "token";

  constructor(problem: GithubError["problem"], message: string) {
    super(message);
    this.problem = problem;
  }
}

const trimmed = (url: string) => url.replace(/\/+$/, "");

/** GitHub's OAuth web flow with PKCE ("Authorizing OAuth apps", which takes S256 alone). */
export function githubAuthorizationUrl(
  settings: GithubSettings,
  ask: { redirectUri: string; scopes: readonly string[]; state: string; challenge: string; isFresh: boolean },
): URL {
  const url = new URL(`${trimmed(settings.webUrl)}/login/oauth/authorize`);
  const parameters = {
    client_id: settings.clientId,
    redirect_uri: ask.redirectUri,
    scope: ask.scopes.join(" "),
    state: ask.state,
    code_challenge: ask.challenge,
    code_challenge_method: "S256",
    allow_signup: "false",
    // GitHub cannot be told to ask for the password again; this is the most that it does.
    ...(ask.isFresh ? { prompt: "select_account" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

const formHeaders = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };

/** Exchanges the code for an access token, which is used for the next three questions and kept nowhere. Throws GithubError. */
export async function redeemGithubCode(
  outside: Outside,
  settings: GithubSettings,
  answer: { code: string; redirectUri: string; verifier: string },
): Promise<string> {
  const body = new URLSearchParams({
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
    code: answer.code,
    redirect_uri: answer.redirectUri,
    code_verifier: answer.verifier,
  });
  const url = `${trimmed(settings.webUrl)}/login/oauth/access_token`;
  const { host } = new URL(url);
  const given = await ask(outside, {
    url,
    method: "POST",
    headers: formHeaders,
    body: Buffer.from(body.toString()),
  });
  const fields = readJson(given, host) as { access_token?: unknown; error?: unknown };
  if (typeof fields.access_token === "string" && given.status === 200) return fields.access_token;
  if (fields.error === "bad_verification_code")
    throw new GithubError("token", `${host} does not take the code`);
  const isOurs = fields.error === "incorrect_client_credentials" || fields.error === "redirect_uri_mismatch";
  const code = /^[\w.-]{1,60}$/.test(String(fields.error)) ? String(fields.error) : `status ${given.status}`;
  throw new GithubError(isOurs ? "settings" : "answer", `${host} answered ${code} at its token endpoint`);
}

type Request = { url: string; method: string; headers: Record<string, string>; body?: Buffer };

export async function ask(outside: Outside, request: Request): Promise<OutsideAnswer> {
  try {
    return await outside.send({ ...request, maxBytes: 2_000_000, timeoutMs: 10_000 });
  } catch (error) {
    throw new GithubError("unreachable", (error as Error).message);
  }
}

export function readJson(answer: OutsideAnswer, host: string): unknown {
  try {
    return JSON.parse(answer.body.toString("utf8"));
  } catch {
    throw new GithubError("answer", `${host} answered something that is no JSON, such as a page`);
  }
}
