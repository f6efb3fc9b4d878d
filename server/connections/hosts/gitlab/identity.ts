import { findDomainError } from "#server/core/errors.ts";
import { Group, Token, User } from "#server/integrations/gitlab-api/shapes.ts";
import { readJson } from "#server/integrations/source-api/read-json.ts";
import type { Owner } from "../../model.ts";
import type { HostAbilities, HostIdentity } from "../../source-host.ts";
import { type GitlabAccess, groupPath } from "./access.ts";

/** As whom GitLab knows the token; group and project tokens too are a user, and do not all tell of themselves. */
export async function readGitlabIdentity(access: GitlabAccess): Promise<HostIdentity> {
  const client = await access.client();
  const { username } = await client.one(User, { path: "/user", what: { of: "The token's own account" } });
  const self = await client.raw({ path: "/personal_access_tokens/self", what: { of: "The token itself" } });
  const { host } = new URL(access.settings.apiUrl);
  const parsed = self.status === 200 ? Token.safeParse(readJson(self.body, self.headers, host)) : null;
  const scopes = parsed?.data?.scopes ?? null;
  const expires = Date.parse(parsed?.data?.expires_at ?? "");
  const organizations: string[] = [];
  const ask = {
    path: "/groups?top_level_only=true&min_access_level=10&per_page=100",
    what: { of: "The groups" },
  };
  for await (const page of client.pages(Group, ask)) {
    organizations.push(...page.map(({ full_path }) => full_path));
    if (organizations.length >= 200) break;
  }
  return {
    name: username,
    abilities: abilitiesOfToken(scopes),
    expiresAt: Number.isNaN(expires) ? null : new Date(expires),
    scopes,
    organizations,
    app: null,
    installations: null,
  };
}

function abilitiesOfToken(scopes: readonly string[] | null): HostAbilities {
  const may = (...any: string[]) => (scopes === null ? null : any.some((scope) => scopes.includes(scope)));
  return {
    readContents: may("read_api", "api"),
    readMembers: may("read_api", "api"),
    readDeployments: may("read_api", "api"),
    readPullRequests: may("read_api", "api"),
    writeChecks: may("api"),
    writePullRequests: may("api"),
    writeContents: may("api"),
  };
}

export async function findGitlabOwner(access: GitlabAccess, login: string): Promise<Owner | null> {
  const client = await access.client();
  const what = { of: login };
  try {
    const group = await client.one(Group, { path: `${groupPath(login)}?with_projects=false`, what });
    return { login: group.full_path, type: "organization" };
  } catch (error) {
    if (findDomainError(error)?.code !== "not_found") throw error;
  }
  const path = `/users?username=${encodeURIComponent(login)}`;
  const [person] = await client.one(User.array(), { path, what });
  return person ? { login: person.username, type: "person" } : null;
}
