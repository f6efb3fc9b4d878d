import { randomUUID } from "node:crypto";
import { and, eq, gt } from "drizzle-orm";
import { appManifests } from "#db/schema/connections.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { DomainError, ensure } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { readPrivateRanges } from "#server/core/outside/address-class.ts";
import { readAuthorities } from "#server/core/outside/authorities.ts";
import type { MadeApp } from "#server/integrations/github-api/shapes.ts";
import { BeginManifest } from "./inputs.ts";
import {
  type AppWrite,
  apiUrlOf,
  appEvents,
  appReadPermissions,
  usualPollMinutes,
  usualReservePercent,
} from "./model.ts";
import { manageConnectionsRefusal } from "./policy.ts";
import { ensureManaged, keep } from "./save-connection.ts";
import { SourceSettings } from "./stored-connection.ts";

const lifeMs = 3_600_000;
/** The most that GitHub takes for an App's name. */
const mostName = 34;

export const manifestPath = "/api/connections/app-manifest";
export const callbackPath = "/api/connections/app-made";
export const installedPath = (id: string) => `/api/connections/${id}/installed`;

/**
 * Begins to have a GitHub App made: writes its manifest down, for this person and this browser, good for an hour. GitHub
 * gets the state with the form and gives it back with the code. Nothing of it is secret but the two tokens.
 */
export async function beginManifest(
  ctx: Ctx,
  raw: BeginManifest,
  publicUrl: string,
): Promise<{ state: string; browserToken: string; connectionId: string }> {
  ensureManaged(ctx);
  const input = BeginManifest.parse(raw);
  readPrivateRanges(input.privateRanges);
  if (input.ca) readAuthorities(input.ca);
  if (ctx.actor.kind !== "user")
    throw new DomainError("forbidden", "An App is made by a person in a browser");
  const [state, browserToken, connectionId] = [randomToken(), randomToken(), randomUUID()];
  const { webUrl, ca, proxyUrl, privateRanges, organization } = input;
  const settings = {
    webUrl,
    apiUrl: input.apiUrl ?? apiUrlOf("github", webUrl),
    ca,
    proxyUrl,
    privateRanges,
  };
  const owner = organization ? `organizations/${encodeURIComponent(organization)}/` : "";
  await ctx.db.insert(appManifests).values({
    stateHash: sha256(state),
    browserHash: sha256(browserToken),
    userId: ctx.actor.id,
    connectionId,
    name: input.name,
    settings,
    manifest: manifestOf({ name: input.name, writes: input.writes, connectionId }, publicUrl),
    action: `${webUrl}/${owner}settings/apps/new?state=${state}`,
    createdAt: ctx.now(),
    expiresAt: new Date(ctx.now().getTime() + lifeMs),
  });
  return { state, browserToken, connectionId };
}

/** What GitHub is told ("Registering a GitHub App from a manifest"): it shows all of it, and its name can be changed there. */
function manifestOf(
  app: { name: string; writes: readonly AppWrite[]; connectionId: string },
  publicUrl: string,
) {
  const { origin } = new URL(publicUrl);
  const writes = Object.fromEntries(app.writes.map((permission) => [permission, "write"]));
  return {
    name: app.name.slice(0, mostName),
    url: origin,
    description: "Reads the catalog, teams and deployments for the developer portal",
    redirect_url: `${origin}${callbackPath}`,
    setup_url: `${origin}${installedPath(app.connectionId)}`,
    public: false,
    default_permissions: { ...appReadPermissions, ...writes },
    ...(isReachable(publicUrl)
      ? {
          hook_attributes: { url: `${origin}/api/webhooks/github/${app.connectionId}`, active: true },
          default_events: [...appEvents],
        }
      : {}),
  };
}

/** GitHub refuses a hook at this machine's own address; without one the connection is polled. */
const isReachable = (publicUrl: string): boolean =>
  new URL(publicUrl).protocol === "https:" && !/^(localhost|127\.|\[::1\])/.test(new URL(publicUrl).hostname);

type Shown = { state: string; browserToken: string | null };
type Begun = {
  connectionId: string;
  name: string;
  settings: SourceSettings;
  action: string;
  manifest: unknown;
};

/** The manifest that this person began in this browser; null for anybody else's, a used or an old one. */
export async function findManifest(ctx: Ctx, { state, browserToken }: Shown): Promise<Begun | null> {
  ensure(manageConnectionsRefusal(ctx.actor));
  if (!browserToken || ctx.actor.kind !== "user") return null;
  const [row] = await ctx.db
    .select({
      connectionId: appManifests.connectionId,
      name: appManifests.name,
      settings: appManifests.settings,
      action: appManifests.action,
      manifest: appManifests.manifest,
    })
    .from(appManifests)
    .where(
      and(
        eq(appManifests.stateHash, sha256(state)),
        eq(appManifests.browserHash, sha256(browserToken)),
        eq(appManifests.userId, ctx.actor.id),
        gt(appManifests.expiresAt, ctx.now()),
      ),
    );
  if (!row) return null;
  const usual = { auth: "app", pollMinutes: usualPollMinutes, reservePercent: usualReservePercent };
  const settings = SourceSettings.parse({ ...(row.settings as object), ...usual });
  return { ...row, settings };
}

/** Keeps the App that GitHub has made: its id, keys and secrets. The manifest is used up by it. */
export async function finishManifest(
  ctx: Ctx,
  shown: Shown,
  made: MadeApp,
  keyring: Keyring,
): Promise<{ id: string }> {
  ensure(manageConnectionsRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const begun = await findManifest(tx, shown);
    const [used] = await tx.db
      .delete(appManifests)
      .where(eq(appManifests.stateHash, sha256(shown.state)))
      .returning({ connectionId: appManifests.connectionId });
    if (!begun || !used)
      throw new DomainError("conflict", "This App was begun in another browser, or too long ago");
    const app = { id: made.id, slug: made.slug, clientId: made.client_id };
    const settings = { ...begun.settings, app };
    const secrets = {
      "private-key": made.pem,
      webhook: made.webhook_secret,
      "client-secret": made.client_secret,
    };
    const save = {
      id: undefined,
      newId: begun.connectionId,
      kind: "github" as const,
      name: begun.name,
      settings,
      secrets,
    };
    return { id: await keep(tx, save, keyring) };
  });
}
