import { findDomainError } from "#server/core/errors.ts";
import { Account, App, Installation, User } from "#server/integrations/github-api/shapes.ts";
import type { RestClient } from "#server/integrations/source-api/rest-client.ts";
import {
  abilitiesOfApp,
  abilitiesOfScopes,
  type HostAbility,
  hostAbilities,
  type Owner,
} from "../../model.ts";
import type { HostAbilities, HostIdentity, HostInstallation } from "../../source-host.ts";
import type { GithubAccess } from "./access.ts";

export const readGithubIdentity = (access: GithubAccess): Promise<HostIdentity> =>
  access.settings.credentials.auth === "app" ? readApp(access) : readPerson(access);

async function readPerson(access: GithubAccess): Promise<HostIdentity> {
  const client = await access.clientFor("");
  const what = { of: "The token's own account" };
  const { login } = await client.one(User, { path: "/user", what });
  // A kept answer has no headers of today, so the limit is asked for, which costs nothing of it.
  const { headers } = await client.raw({ path: "/rate_limit", what });
  const told = headers["x-oauth-scopes"];
  const scopes = told === undefined ? null : told.split(",").flatMap((scope) => scope.trim() || []);
  const expires = Date.parse((headers["github-authentication-token-expiration"] ?? "").replace(" UTC", "Z"));
  return {
    name: login,
    abilities: abilitiesOfScopes(scopes),
    expiresAt: Number.isNaN(expires) ? null : new Date(expires),
    scopes,
    organizations: await listOrganizations(client),
    app: null,
    installations: null,
  };
}

/** As far as it may tell: a fine-grained token often may not. */
async function listOrganizations(client: RestClient): Promise<string[]> {
  const found: string[] = [];
  try {
    const ask = { path: "/user/orgs?per_page=100", what: { of: "The organisations of the token" } };
    for await (const page of client.pages(Account, ask)) found.push(...page.map(({ login }) => login));
  } catch (error) {
    if (findDomainError(error)?.code !== "forbidden") throw error;
  }
  return found;
}

async function readApp(access: GithubAccess): Promise<HostIdentity> {
  const client = await access.appClient();
  const app = await client.one(App, { path: "/app", what: { of: "The App itself" } });
  const installations: HostInstallation[] = [];
  const ask = { path: "/app/installations?per_page=100", what: { of: "The App's installations" } };
  for await (const page of client.pages(Installation, ask))
    installations.push(...page.flatMap(toInstallation));
  const active = installations.filter(({ suspendedAt }) => suspendedAt === null);
  return {
    name: app.name,
    abilities: commonAbilities(active.map(({ permissions }) => permissions)),
    expiresAt: null,
    scopes: null,
    organizations: [],
    app: {
      slug: app.slug,
      clientId: app.client_id,
      installUrl: installUrlOf(access.settings.webUrl, app.slug),
    },
    installations,
  };
}

/** Enterprise Servers keep Apps below another path than github.com. */
export const installUrlOf = (webUrl: string, slug: string): string =>
  `${webUrl}/${/^https:\/\/(github\.com|[\w-]+\.ghe\.com)$/.test(webUrl) ? "apps" : "github-apps"}/${slug}/installations/new`;

function toInstallation(row: ReturnType<typeof Installation.parse>): HostInstallation[] {
  if (!row.account) return [];
  return [
    {
      externalId: row.id,
      account: row.account.login,
      accountType: row.target_type === "User" ? "person" : "organization",
      selection: row.repository_selection,
      permissions: row.permissions,
      suspendedAt: row.suspended_at ?? null,
    },
  ];
}

/** What all installations together may do: one that lacks a permission makes it false. */
function commonAbilities(all: readonly Readonly<Record<string, string>>[]): HostAbilities {
  const each = all.map(abilitiesOfApp);
  const may = (ability: HostAbility) => each.length > 0 && each.every((abilities) => abilities[ability]);
  return Object.fromEntries(hostAbilities.map((ability) => [ability, may(ability)])) as HostAbilities;
}

export async function findGithubOwner(access: GithubAccess, login: string): Promise<Owner | null> {
  const client = await access.clientFor(login);
  try {
    const path = `/users/${encodeURIComponent(login)}`;
    const found = await client.one(User, { path, what: { of: login } });
    return { login: found.login, type: found.type === "Organization" ? "organization" : "person" };
  } catch (error) {
    if (findDomainError(error)?.code === "not_found") return null;
    throw error;
  }
}
