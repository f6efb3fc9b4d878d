import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { connectionHealth } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { readPrivateRanges } from "#server/core/outside/address-class.ts";
import { readAuthorities } from "#server/core/outside/authorities.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import { readAppKey } from "#server/integrations/github-api/app-token.ts";
import { namedOf } from "./health.ts";
import { SaveAppConnection, SaveTokenConnection } from "./inputs.ts";
import { apiUrlOf, type SourceKind } from "./model.ts";
import { manageConnectionsRefusal } from "./policy.ts";
import { whereSecretsGo } from "./secret-target.ts";
import {
  findSourceConnection,
  openSecret,
  putSecret,
  type SecretPurpose,
  type SourceSettings,
  type StoredConnection,
} from "./stored-connection.ts";
import "./events.ts";

type TokenInput = ReturnType<typeof SaveTokenConnection.parse>;
type AppInput = ReturnType<typeof SaveAppConnection.parse>;

/** The settings that a form describes, as they are kept. */
export function settingsOf(input: TokenInput | AppInput): SourceSettings {
  const { webUrl, ca, proxyUrl, privateRanges, pollMinutes, reservePercent } = input;
  const kind = "kind" in input ? input.kind : "github";
  const network = { webUrl, apiUrl: input.apiUrl ?? apiUrlOf(kind, webUrl), ca, proxyUrl, privateRanges };
  const rest = { ...network, pollMinutes, reservePercent, isSeeded: false };
  if ("appId" in input)
    return { ...rest, auth: "app", owners: [], app: { id: input.appId, slug: null, clientId: null } };
  return { ...rest, auth: "token", owners: input.owners, app: null };
}

/**
 * Connects a host by a token, or changes such a connection. The token is sealed and has no way back out; a change of
 * where it is sent to asks for it anew.
 */
export async function saveTokenConnection(
  ctx: Ctx,
  raw: SaveTokenConnection,
  keyring: Keyring,
): Promise<{ id: string }> {
  ensureManaged(ctx);
  const input = SaveTokenConnection.parse(raw);
  const secrets = { token: input.token };
  const save = { id: input.id, kind: input.kind, name: input.name, settings: settingsOf(input), secrets };
  return { id: await keep(ctx, save, keyring) };
}

/** Connects a GitHub App that exists already, or changes it; as `saveTokenConnection`, with its private key. */
export async function saveAppConnection(
  ctx: Ctx,
  raw: SaveAppConnection,
  keyring: Keyring,
): Promise<{ id: string }> {
  ensureManaged(ctx);
  const input = SaveAppConnection.parse(raw);
  if (input.privateKey) readAppKey(input.privateKey);
  const secrets = { "private-key": input.privateKey, webhook: input.webhookSecret };
  const save = {
    id: input.id,
    kind: "github" as const,
    name: input.name,
    settings: settingsOf(input),
    secrets,
  };
  return { id: await keep(ctx, save, keyring) };
}

/** Who may, and has shown lately who they are. */
export function ensureManaged(ctx: Ctx): void {
  ensure(manageConnectionsRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
}

export type Save = {
  id: string | undefined;
  /** The id that a new one gets, where it is known before. */
  newId?: string;
  kind: SourceKind;
  name: string;
  settings: SourceSettings;
  secrets: Partial<Record<SecretPurpose, string | null>>;
};

/** Writes a connection with its secrets, its event and the order to check it, in one transaction. Answers its id. */
export async function keep(ctx: Ctx, save: Save, keyring: Keyring): Promise<string> {
  readPrivateRanges(save.settings.privateRanges);
  if (save.settings.ca) readAuthorities(save.settings.ca);
  return inTransaction(ctx, async (tx) => {
    const former = save.id ? await findSourceConnection(tx, save.id) : null;
    if (save.id && former?.kind !== save.kind) throw notFound("This connection was removed");
    if (former && former.settings.auth !== save.settings.auth)
      throw conflict("A token does not become an App: add a new connection and remove this one");
    await refuseTakenName(tx, save);
    await refuseMovedSecret(tx, former, save, keyring);
    const id = former?.id ?? save.newId ?? randomUUID();
    await write(tx, id, former, save);
    for (const [purpose, value] of Object.entries(save.secrets))
      if (value)
        await putSecret(tx, keyring, {
          connectionId: id,
          purpose: purpose as SecretPurpose,
          value,
          replaces: true,
        });
    const changed = former ? changedFields(former, save) : [];
    changed.push(...Object.entries(save.secrets).flatMap(([purpose, value]) => (value ? [purpose] : [])));
    const payload = { ...namedOf(save), auth: save.settings.auth, changed };
    await record(tx, { type: former ? "connection.changed" : "connection.added", subjectId: id, payload });
    await enqueue(tx, { name: "connections-check" }, { connectionId: id }, { key: id });
    await enqueue(tx, { name: "discovery-run" }, { connectionId: id }, { key: id });
    return id;
  });
}

async function write(tx: Ctx, id: string, former: StoredConnection | null, save: Save): Promise<void> {
  const { kind, name } = save;
  // What GitHub has told of the App stays until it is told anew.
  const isSameApp = former?.settings.app && former.settings.app.id === save.settings.app?.id;
  const settings = isSameApp ? { ...save.settings, app: former.settings.app } : save.settings;
  if (former)
    await tx.db
      .update(connections)
      .set({ name, settings, updatedAt: tx.now() })
      .where(eq(connections.id, id));
  else
    await tx.db
      .insert(connections)
      .values({ id, kind, name, settings, createdAt: tx.now(), updatedAt: tx.now() });
  await tx.db.insert(connectionHealth).values({ connectionId: id }).onConflictDoNothing();
}

async function refuseTakenName(tx: Ctx, { id, kind, name }: Save): Promise<void> {
  const [taken] = await tx.db
    .select({ id: connections.id })
    .from(connections)
    .where(and(eq(connections.kind, kind), eq(connections.name, name)));
  if (taken && taken.id !== id) throw conflict(`There is a connection named "${name}" already`, "name");
}

async function refuseMovedSecret(
  tx: Ctx,
  former: StoredConnection | null,
  { kind, settings, secrets }: Save,
  keyring: Keyring,
): Promise<void> {
  const purpose = settings.auth === "token" ? "token" : "private-key";
  if (secrets[purpose]) return;
  const [field, words] =
    purpose === "token" ? (["token", "the token"] as const) : (["privateKey", "the private key"] as const);
  const stored = former ? await openSecret(tx, keyring, former.id, purpose) : null;
  if (!former || !stored) throw invalid(`Enter ${words}`, field);
  if (whereSecretsGo(former) !== whereSecretsGo({ kind, settings }))
    throw invalid(`Enter ${words} anew: the stored one belongs to the former settings`, field);
}

function changedFields(former: StoredConnection, { name, settings }: Save): string[] {
  const names = Object.keys(settings) as (keyof SourceSettings)[];
  const changed: string[] = names.filter(
    (field) => field !== "app" && JSON.stringify(former.settings[field]) !== JSON.stringify(settings[field]),
  );
  if (former.settings.app?.id !== settings.app?.id) changed.push("appId");
  return former.name === name ? changed : ["name", ...changed];
}
