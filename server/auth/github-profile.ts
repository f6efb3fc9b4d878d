import type { ProviderSettings } from "#server/identity/providers/inputs.ts";
import { protocolDefaults } from "#server/identity/providers/model.ts";
import type { ProviderProfile } from "#server/identity/sign-in/profile.ts";
import { SignInRefused } from "#server/identity/sign-in/refusal.ts";
import type { GithubSettings } from "#server/integrations/github-sign-in/github-client.ts";
import { readGithubPerson } from "#server/integrations/github-sign-in/github-person.ts";
import type { Reach } from "./sign-in-tools.ts";

export const githubSettings = (settings: ProviderSettings, clientSecret: string | null): GithubSettings => ({
  webUrl: settings.issuer,
  apiUrl: settings.apiUrl ?? protocolDefaults.github.apiUrl ?? "",
  clientId: settings.clientId,
  clientSecret: clientSecret ?? "",
});

/** Who GitHub says that the holder of the token is. Groups are organisations ("acme") and teams ("acme/payments"). */
export async function githubProfile(
  settings: ProviderSettings,
  accessToken: string,
  { outside }: Reach,
): Promise<ProviderProfile> {
  const { apiUrl, webUrl } = githubSettings(settings, null);
  const person = await readGithubPerson(outside, apiUrl, accessToken);
  const wanted = settings.organizations.map((name) => name.toLowerCase());
  const own = person.organizations.map((name) => name.toLowerCase());
  if (wanted.length > 0 && !wanted.some((name) => own.includes(name)))
    throw new SignInRefused(
      "not-admitted",
      `GitHub does not name ${person.login} a member of ${settings.organizations.join(", ")}; the organisation may have to approve this OAuth app`,
    );
  return {
    issuer: new URL(webUrl).origin,
    subject: person.id,
    name: person.name,
    email: person.email,
    login: person.login,
    groups: person.teams && [...new Set([...person.organizations, ...person.teams])],
    claims: { login: person.login, id: person.id, ...(person.email ? { email: person.email } : {}) },
    warning: person.teams
      ? null
      : "GitHub did not say which teams you are in: the app needs the scope read:org",
  };
}
