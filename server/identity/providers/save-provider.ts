import { eq, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { readPrivateRanges } from "#server/core/outside/address-class.ts";
import { readAuthorities } from "#server/core/outside/authorities.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import "../events.ts";
import { SaveProvider } from "./inputs.ts";
import { manageProvidersRefusal } from "./policy.ts";
import {
  findProvider,
  listProviders,
  openClientSecret,
  replaceClientSecret,
  storedSettings,
} from "./stored-provider.ts";
import { whereSecretsGo } from "./stored-secret.ts";

/** An arbitrary number that all processes share while the list of providers changes. */
const providersLock = 7_130_402;

/** Makes two changes of the list wait for each other: slugs and names are unique, and somebody keeps a way in. */
export async function lockProviders(tx: Ctx): Promise<void> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(${providersLock})`);
}

/**
 * Adds a sign-in provider or changes one. Its client secret is sealed and has no way back out. A change of where secrets
 * are sent to (issuer, API, client) asks for the secret anew, so that nobody can have a stored one sent elsewhere.
 */
export async function saveProvider(
  ctx: Ctx,
  raw: SaveProvider,
  keyring: Keyring,
): Promise<{ id: string; slug: string }> {
  ensure(manageProvidersRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
  const input = SaveProvider.parse(raw);
  readPrivateRanges(input.settings.privateRanges);
  if (input.settings.ca) readAuthorities(input.settings.ca);
  return inTransaction(ctx, async (tx) => {
    await lockProviders(tx);
    const former = input.id ? await findProvider(tx, input.id) : null;
    if (input.id && !former)
      throw notFound("There is no such sign-in provider: somebody may have removed it");
    const slug = former?.slug ?? input.slug;
    for (const other of await listProviders(tx)) {
      if (other.id === former?.id) continue;
      if (other.slug === slug) throw conflict(`Another provider's redirect URI ends with "${slug}"`, "slug");
      if (other.name.toLowerCase() === input.name.toLowerCase())
        throw conflict(`Another provider has the name "${input.name}"`, "name");
    }
    const stored = former ? await openClientSecret(tx, keyring, former.id) : null;
    const isMoved = former !== null && whereSecretsGo(former.settings) !== whereSecretsGo(input.settings);
    if (!input.clientSecret && stored && isMoved)
      throw invalid("Enter the client secret: the stored one belongs to the former settings", "clientSecret");
    if (!input.clientSecret && !stored && input.settings.protocol !== "openid")
      throw invalid("Copy the client secret from the provider", "clientSecret");
    const settings = storedSettings({ slug, settings: input.settings, isSeeded: false });
    const values = { name: input.name, settings, updatedAt: tx.now() };
    const id = former?.id ?? (await insertProvider(tx, values));
    if (former) await tx.db.update(connections).set(values).where(eq(connections.id, id));
    if (input.clientSecret) await replaceClientSecret(tx, keyring, id, input.clientSecret);
    const { protocol, issuer } = input.settings;
    const changed = former ? changedFields(former.settings, input.settings) : [];
    if (input.clientSecret) changed.push("clientSecret");
    await record(tx, {
      type: former ? "provider.changed" : "provider.added",
      subjectId: id,
      payload: { name: input.name, protocol, issuer, changed },
    });
    return { id, slug };
  });
}

type Values = { name: string; settings: object; updatedAt: Date };

async function insertProvider(tx: Ctx, values: Values): Promise<string> {
  const [row] = await tx.db
    .insert(connections)
    .values({ kind: "sign-in", ...values, createdAt: values.updatedAt })
    .returning({ id: connections.id });
  if (!row) throw new Error("A sign-in provider was not written");
  return row.id;
}

type Settings = ReturnType<typeof SaveProvider.parse>["settings"];

function changedFields(before: Settings, after: Settings): string[] {
  const names = Object.keys(after) as (keyof Settings)[];
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
