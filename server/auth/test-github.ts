import type { Outside } from "#server/core/outside.ts";
import { ask, GithubError, readJson } from "#server/integrations/github-sign-in/github-client.ts";
import { failed, type ProviderCheck, passed, type Tested, warning } from "./provider-check.ts";

/** GitHub has no discovery: its token endpoint is asked with a code that nobody issued, and its API who it is. */
export async function testGithub(
  { settings, clientSecret, redirectUri }: Tested,
  outside: Outside,
): Promise<ProviderCheck[]> {
  const [web, api] = [settings.issuer, settings.apiUrl ?? ""].map((url) => url.replace(/\/+$/, "")) as [
    string,
    string,
  ];
  const checks: ProviderCheck[] = [];
  try {
    const body = new URLSearchParams({
      client_id: settings.clientId,
      client_secret: clientSecret ?? "",
      code: "milepost-test",
      redirect_uri: redirectUri,
    });
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
    const request = {
      url: `${web}/login/oauth/access_token`,
      method: "POST",
      headers,
      body: Buffer.from(body.toString()),
    };
    const answer = await ask(outside, request);
    const { error } = readJson(answer, new URL(web).host) as { error?: unknown };
    checks.push(githubClientCheck(error));
  } catch (error) {
    return [failed("Client", error instanceof GithubError ? error.message : `${web} could not be asked`)];
  }
  try {
    const answer = await ask(outside, {
      url: `${api}/meta`,
      method: "GET",
      headers: { accept: "application/json" },
    });
    const isApi = answer.status !== 404 && /json/.test(answer.headers["content-type"] ?? "");
    checks.push(
      isApi
        ? passed("API", `${new URL(api).host} answers as GitHub's API`)
        : failed(
            "API",
            `${api} does not answer as GitHub's API: on an Enterprise Server it is https://HOST/api/v3`,
          ),
    );
  } catch (error) {
    checks.push(failed("API", error instanceof GithubError ? error.message : `${api} could not be asked`));
  }
  checks.push(
    warning(
      "Redirect URI",
      `GitHub tells only at a real sign-in: its "Authorization callback URL" has to be ${redirectUri}`,
    ),
  );
  return checks;
}

function githubClientCheck(error: unknown): ProviderCheck {
  const name = "Client";
  if (error === "bad_verification_code")
    return passed(name, "GitHub knows the client ID and takes the secret");
  if (error === "redirect_uri_mismatch")
    return failed(
      name,
      'GitHub knows the client, but another "Authorization callback URL": register the redirect URI',
    );
  if (error === "incorrect_client_credentials" || error === "Not Found")
    return failed(name, "GitHub does not take the client ID and secret: copy both again");
  return warning(name, "Whether GitHub takes client and secret could not be told");
}
