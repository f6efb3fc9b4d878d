import { buildAuthorizationUrl, type Configuration } from "openid-client";
import type { Outside } from "#server/core/outside.ts";
import { issuerOf } from "#server/identity/providers/model.ts";
import { openConfiguration } from "#server/integrations/openid/openid-client.ts";
import { OpenidError } from "#server/integrations/openid/openid-error.ts";
import { newProviderCache } from "#server/integrations/openid/provider-cache.ts";
import { failed, type ProviderCheck, passed, type Tested, warning } from "./provider-check.ts";
import { testGithub } from "./test-github.ts";

/**
 * Tries a provider's settings before they are saved, as far as that goes without a person: reaching it, what it says of
 * itself, its keys, and whether it knows this client and its secret. Nothing is kept.
 */
export async function testProvider(tested: Tested, outside: Outside): Promise<{ checks: ProviderCheck[] }> {
  const checks =
    tested.settings.protocol === "github"
      ? await testGithub(tested, outside)
      : await testOpenid(tested, outside);
  return { checks };
}

async function testOpenid(tested: Tested, outside: Outside): Promise<ProviderCheck[]> {
  const { settings } = tested;
  const openid = { ...settings, issuer: issuerOf(settings), clientSecret: tested.clientSecret };
  const tools = { outside, cache: newProviderCache(), now: () => new Date() };
  let configuration: Configuration;
  try {
    configuration = await openConfiguration(openid, tools);
  } catch (error) {
    return [failed("Discovery", discoveryWords(error, openid.issuer))];
  }
  const metadata = configuration.serverMetadata();
  const checks = [passed("Discovery", `${openid.issuer} says what it is, and that it is the issuer`)];
  const endpoints = {
    authorization: metadata.authorization_endpoint,
    token: metadata.token_endpoint,
    keys: metadata.jwks_uri,
    userinfo: metadata.userinfo_endpoint,
  };
  checks.push(await checkEndpoints(endpoints, outside));
  checks.push(await checkKeys(metadata.jwks_uri ?? "", outside));
  if (metadata.code_challenge_methods_supported && !metadata.supportsPKCE())
    checks.push(warning("PKCE", "It does not say that it knows PKCE with S256; it is used all the same"));
  const missing = settings.scopes.filter((scope) => metadata.scopes_supported?.includes(scope) === false);
  if (missing.length > 0)
    checks.push(
      warning(
        "Scopes",
        `It does not list ${missing.join(", ")} among its scopes: take out what it does not know`,
      ),
    );
  checks.push(
    await checkClient(
      metadata.token_endpoint ?? "",
      tested,
      metadata.token_endpoint_auth_methods_supported,
      outside,
    ),
  );
  checks.push(await checkRedirectUri(configuration, tested, outside));
  return checks;
}

function discoveryWords(error: unknown, issuer: string): string {
  if (!(error instanceof OpenidError)) return `${issuer} could not be read`;
  const hint =
    error.problem === "answer"
      ? `. Check the issuer: ${issuer}/.well-known/openid-configuration has to be a JSON document`.replace(
          "//.well",
          "/.well",
        )
      : "";
  return `${error.message}${hint}`;
}

async function checkEndpoints(
  endpoints: Readonly<Record<string, string | undefined>>,
  outside: Outside,
): Promise<ProviderCheck> {
  const name = "Endpoints";
  for (const wanted of ["authorization", "token"])
    if (!endpoints[wanted])
      return failed(name, `It does not say where its ${wanted} endpoint is, so nobody can sign in`);
  for (const [which, url] of Object.entries(endpoints)) {
    if (!url || which === "authorization") continue;
    try {
      await outside.check(url);
    } catch (error) {
      return failed(name, `Its ${which} endpoint cannot be used: ${(error as Error).message}`);
    }
  }
  const url = URL.parse(endpoints.authorization ?? "");
  if (!url || !(url.protocol === "https:" || /^(localhost|127\.|\[::1\])/.test(url.hostname)))
    return failed(
      name,
      "Its authorization endpoint is not https, so people's passwords could be read on the way",
    );
  return passed(name, "All endpoints can be asked, over https or on this machine");
}

async function checkKeys(url: string, outside: Outside): Promise<ProviderCheck> {
  const name = "Keys";
  try {
    const answer = await outside.get(url, { maxBytes: 1_000_000, timeoutMs: 10_000 });
    const { keys } = JSON.parse(answer.body.toString("utf8")) as { keys?: { use?: string; kty?: string }[] };
    const signing = (keys ?? []).filter(({ use, kty }) => (use ?? "sig") === "sig" && kty !== "oct");
    return signing.length > 0
      ? passed(name, `${signing.length} ${signing.length === 1 ? "key" : "keys"} to check signatures with`)
      : failed(name, `${new URL(url).host} lists no key that a signature could be checked with`);
  } catch (error) {
    const isText = error instanceof SyntaxError;
    return failed(
      name,
      isText ? `${new URL(url).host} answered something that is no list of keys` : (error as Error).message,
    );
  }
}

async function checkClient(
  url: string,
  tested: Tested,
  methods: readonly string[] | undefined,
  outside: Outside,
): Promise<ProviderCheck> {
  const name = "Client";
  const { clientAuthentication } = tested.settings;
  const isPostOnly = methods?.includes("client_secret_post") && !methods.includes("client_secret_basic");
  const isPost =
    clientAuthentication === "post" || (clientAuthentication === "automatic" && isPostOnly === true);
  try {
    const verdict = await tryClient(url, tested, isPost, outside);
    if (verdict === "knows it") return passed(name, "It knows the client ID and takes the secret");
    if (verdict === "not allowed")
      return failed(
        name,
        "It knows the client, but does not allow it the authorization code flow: allow it there",
      );
    if (verdict !== "refuses it")
      return warning(name, `Whether it takes client and secret could not be told: it answered ${verdict}`);
    const other = tested.clientSecret ? await tryClient(url, tested, !isPost, outside) : null;
    return failed(
      name,
      other === "knows it"
        ? `It takes the secret in the ${isPost ? "header" : "body"} only: choose that under Advanced, "How the secret is sent"`
        : "It does not take the client ID and secret: copy both again",
    );
  } catch (error) {
    return failed(name, (error as Error).message);
  }
}

/**
 * Sends a code that nobody issued: a provider that knows client and secret refuses the code (RFC 6749 5.2,
 * invalid_grant), any other refuses the client.
 */
async function tryClient(
  url: string,
  { settings, clientSecret, redirectUri }: Tested,
  isPost: boolean,
  outside: Outside,
): Promise<string> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code: "milepost-test",
    redirect_uri: redirectUri,
    code_verifier: "0123456789012345678901234567890123456789012",
  });
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  };
  if (isPost || !clientSecret) body.set("client_id", settings.clientId);
  if (isPost && clientSecret) body.set("client_secret", clientSecret);
  if (!isPost && clientSecret) headers.authorization = basic(settings.clientId, clientSecret);
  const request = { url, method: "POST", headers, body: Buffer.from(body.toString()) };
  const answer = await outside.send({ ...request, maxBytes: 100_000, timeoutMs: 10_000 });
  const error = errorWord(answer.body.toString("utf8"));
  if (error === "invalid_grant") return "knows it";
  if (error === "unauthorized_client") return "not allowed";
  return error === "invalid_client" || answer.status === 401
    ? "refuses it"
    : (error ?? String(answer.status));
}

/** RFC 6749 2.3.1: both parts are form-encoded before they are joined. */
function basic(clientId: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ v: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(secret)}`).toString("base64")}`;
}

function errorWord(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === "string" && /^[\w.-]{1,60}$/.test(error) ? error : null;
  } catch {
    return null;
  }
}

/** What a browser would be sent to: a provider that does not know the redirect URI shows an error page right away. */
async function checkRedirectUri(
  configuration: Configuration,
  { settings, redirectUri }: Tested,
  outside: Outside,
): Promise<ProviderCheck> {
  const name = "Redirect URI";
  const url = buildAuthorizationUrl(configuration, {
    response_type: "code",
    redirect_uri: redirectUri,
    scope: settings.scopes.join(" "),
    state: "milepost-test",
    nonce: "milepost-test",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  const advice = `register ${redirectUri} there, letter by letter`;
  try {
    const request = { url: url.href, method: "GET", headers: { accept: "text/html" } };
    const answer = await outside.send({ ...request, maxBytes: 3_000_000, timeoutMs: 10_000 });
    if (answer.status >= 400)
      return failed(name, `It refuses to begin a sign-in (${answer.status}): ${advice}`);
    const back = URL.parse(answer.headers.location ?? "", url.href);
    const error = back?.href.startsWith(redirectUri) ? back.searchParams.get("error") : null;
    if (error && error !== "login_required" && error !== "interaction_required")
      return failed(
        name,
        `It refuses what it is asked for (${errorWord(JSON.stringify({ error })) ?? "an error"}): check scopes and client`,
      );
    return passed(name, "It begins a sign-in for this redirect URI");
  } catch (error) {
    return warning(name, `Could not be tried from here (${(error as Error).message}): ${advice}`);
  }
}
