import { asc, eq } from "drizzle-orm";
import { connectionInstallations } from "#db/schema/connections.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid, notFound } from "#server/core/errors.ts";
import { currentKeyring, type Keyring } from "#server/core/keyring.ts";
import { unavailable } from "#server/core/outside/failure.ts";
import type { Outside } from "#server/core/outside.ts";
import { readAppKey } from "#server/integrations/github-api/app-token.ts";
import { conditionalAnswersOf } from "./conditional-answers.ts";
import type { GithubCredentials } from "./hosts/github/access.ts";
import { openGithubHost } from "./hosts/github/github-host.ts";
import { openGitlabHost } from "./hosts/gitlab/gitlab-host.ts";
import { openPace } from "./pace.ts";
import type { SourceHost } from "./source-host.ts";
import {
  findSourceConnection,
  openSecret,
  type SourceSettings,
  type StoredConnection,
} from "./stored-connection.ts";

export type OpenOptions = {
  /** Somebody waits for it: it may use the part of the rate limit that is kept for others, too. */
  isUrgent?: boolean;
  keyring?: () => Keyring;
};

type HostOptions = Pick<OpenOptions, "isUrgent"> & {
  /** The connection is not there yet: nothing about it is written down. */
  isTrial?: boolean;
};

/** What a connection needs in the clear, opened for as long as the host is. */
type OpenedSecrets = { token: string | null; privateKey: string | null };

/**
 * Opens a connection: its secrets, and a door of its own through `outside` with its authority, proxy and approved private
 * ranges. Only jobs and doors that were handed an Outside can. `close` it in the end. Throws `not_found` for one that was
 * removed, `unavailable` for one that is switched off or has no secret.
 */
export async function openConnection(
  ctx: Ctx,
  outside: Outside,
  connectionId: string,
  options: OpenOptions = {},
): Promise<SourceHost> {
  const connection = await findSourceConnection(ctx, connectionId);
  if (!connection) throw notFound("This connection was removed");
  if (connection.disabledAt) throw unavailable(`The connection ${connection.name} is switched off`);
  const keyring = (options.keyring ?? currentKeyring)();
  const secretOf = (purpose: "token" | "private-key") => openSecret(ctx, keyring, connectionId, purpose);
  const secrets = { token: await secretOf("token"), privateKey: await secretOf("private-key") };
  return openHost(ctx, outside, connection, secrets, options);
}

/** The same for settings that need not be stored yet, such as those of a form that is being tested. */
export async function openHost(
  ctx: Ctx,
  outside: Outside,
  connection: Pick<StoredConnection, "id" | "kind" | "name" | "settings">,
  secrets: OpenedSecrets,
  options: HostOptions = {},
): Promise<SourceHost> {
  const parts = await hostParts(ctx, outside, connection, options);
  if (connection.kind === "gitlab")
    return openGitlabHost({
      ...parts,
      token: tokenOf(connection, secrets),
      groups: connection.settings.owners,
    });
  return openGithubHost({ ...parts, credentials: await githubCredentials(ctx, connection, secrets) });
}

async function hostParts(
  ctx: Ctx,
  outside: Outside,
  { id, name, settings }: Pick<StoredConnection, "id" | "name" | "settings">,
  options: HostOptions,
) {
  const { webUrl, apiUrl, reservePercent } = settings;
  return {
    connectionId: id,
    name,
    webUrl,
    apiUrl,
    outside: outside.open(doorOf(settings)),
    paceOf: (holder: string) => {
      const { isUrgent = false, isTrial = false } = options;
      return openPace(ctx, { id, name, reservePercent }, { holder, isUrgent, isTrial });
    },
    store: options.isTrial ? null : conditionalAnswersOf(ctx, id),
    now: ctx.now,
  };
}

/**
 * Any public host, and the private addresses that an admin approved; the client itself goes to the API's host alone. An
 * address that is written down is not approved by that: its range has to be.
 */
export const doorOf = (settings: Pick<SourceSettings, "ca" | "proxyUrl" | "privateRanges">) => ({
  hosts: "any" as const,
  ca: settings.ca ?? undefined,
  proxyUrl: settings.proxyUrl ?? undefined,
  privateRanges: settings.privateRanges,
});

function tokenOf({ name }: Pick<StoredConnection, "name">, { token }: OpenedSecrets): string {
  if (token) return token;
  throw unavailable(`The connection ${name} has no token: enter one`);
}

async function githubCredentials(
  ctx: Ctx,
  connection: Pick<StoredConnection, "id" | "name" | "settings">,
  secrets: OpenedSecrets,
): Promise<GithubCredentials> {
  const { auth, app, owners } = connection.settings;
  if (auth === "token") return { auth, token: tokenOf(connection, secrets), owners };
  if (!app) throw invalid("The App's id is missing", "appId");
  if (!secrets.privateKey)
    throw unavailable(`The connection ${connection.name} has no private key: enter it`);
  const installations = await ctx.db
    .select({
      externalId: connectionInstallations.externalId,
      account: connectionInstallations.account,
      accountType: connectionInstallations.accountType,
      suspendedAt: connectionInstallations.suspendedAt,
    })
    .from(connectionInstallations)
    .where(eq(connectionInstallations.connectionId, connection.id))
    .orderBy(asc(connectionInstallations.account));
  return {
    auth,
    appId: app.id,
    slug: app.slug,
    key: readAppKey(secrets.privateKey),
    installations: installations.filter(({ suspendedAt }) => suspendedAt === null),
  };
}
