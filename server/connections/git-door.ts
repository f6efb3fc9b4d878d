import { eq } from "drizzle-orm";
import { connectionInstallations } from "#db/schema/connections.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Outside } from "#server/core/outside.ts";
import { doorOf, type OpenOptions, openConnection } from "./open-connection.ts";
import { listSourceConnections, type StoredConnection } from "./stored-connection.ts";

/**
 * The door for a git address that belongs to a connection: with its credentials, authority, proxy and private ranges. Null
 * where no connection that is switched on has this host and owner: then the address is read like any public one.
 * Throws as `openConnection`. `close` it in the end.
 */
export async function openGitDoor(
  ctx: Ctx,
  outside: Outside,
  cloneUrl: string,
  options: OpenOptions = {},
): Promise<Outside | null> {
  const url = URL.parse(cloneUrl);
  const found = url ? await findOwnerOf(ctx, url) : null;
  if (!url || !found) return null;
  const host = await openConnection(ctx, outside, found.connection.id, options);
  try {
    const { user, password } = await host.gitCredentials(found.owner);
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    return withAuthorization(outside.open(doorOf(found.connection.settings)), url.origin, `Basic ${basic}`);
  } finally {
    await host.close();
  }
}

/** The first connection of this host that shows the repository's owner, and that owner as the connection names it. */
async function findOwnerOf(
  ctx: Ctx,
  url: URL,
): Promise<{ connection: StoredConnection; owner: string } | null> {
  const path = url.pathname.replace(/^\//, "").toLowerCase();
  for (const connection of await listSourceConnections(ctx)) {
    const { settings, disabledAt } = connection;
    if (disabledAt || URL.parse(settings.webUrl)?.origin !== url.origin) continue;
    const owners = await ownersOf(ctx, connection);
    const owner = owners?.find((name) => path.startsWith(`${name.toLowerCase()}/`));
    if (owner) return { connection, owner };
    if (owners === null) return { connection, owner: path.split("/")[0] ?? "" };
  }
  return null;
}

/** Null: whatever the token shows. */
async function ownersOf(ctx: Ctx, { id, settings }: StoredConnection): Promise<string[] | null> {
  if (settings.auth === "token")
    return settings.owners.length === 0 ? null : settings.owners.map(({ login }) => login);
  const rows = await ctx.db
    .select({ account: connectionInstallations.account, suspendedAt: connectionInstallations.suspendedAt })
    .from(connectionInstallations)
    .where(eq(connectionInstallations.connectionId, id));
  return rows.filter(({ suspendedAt }) => suspendedAt === null).map(({ account }) => account);
}

/** The same door, which shows the credentials to this origin and to no other. */
function withAuthorization(outside: Outside, origin: string, authorization: string): Outside {
  const shown = (url: string): Record<string, string> =>
    URL.parse(url)?.origin === origin ? { authorization } : {};
  return {
    ...outside,
    get: (url, options = {}) =>
      outside.get(url, { ...options, headers: { ...options.headers, ...shown(url) } }),
    send: (request) => outside.send({ ...request, headers: { ...request.headers, ...shown(request.url) } }),
    stream: (request) =>
      outside.stream({ ...request, headers: { ...request.headers, ...shown(request.url) } }),
  };
}
