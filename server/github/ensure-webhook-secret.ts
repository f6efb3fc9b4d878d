import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken } from "#server/core/crypto.ts";
import { record } from "#server/core/events.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { readMode } from "#server/installation/read.ts";
import { readWebhookSecrets, sealWebhookSecret, type WebhookSecret } from "./webhook-secrets.ts";

/** The connection that GITHUB_WEBHOOK_SECRET describes. */
const seededConnection = "Environment";
/** The one that an evaluation makes for itself. */
export const evaluationConnection = "Evaluation";

/**
 * Makes the secrets of GITHUB_WEBHOOK_SECRET (several while they are rotated) the active ones of their connection:
 * new ones are added, those that are no longer listed are retired. An evaluation without any secret gets a random one,
 * so that an unsigned webhook is refused there too. Idempotent; runs at every start.
 */
export async function ensureWebhookSecret(
  ctx: Ctx,
  input: { keyring: Keyring; seeds: readonly string[] },
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await applySeeds(tx, input.keyring, input.seeds);
    const isEvaluation = (await readMode(tx)) === "evaluation";
    if (isEvaluation && (await readWebhookSecrets(tx, input.keyring)).length === 0) {
      const connection = await ensureConnection(tx, { name: evaluationConnection });
      await addWebhookSecret(tx, input.keyring, connection, randomToken());
    }
  });
}

async function applySeeds(tx: Ctx, keyring: Keyring, seeds: readonly string[]): Promise<void> {
  if (seeds.length === 0 && !(await hasConnection(tx, seededConnection))) return;
  const connection = await ensureConnection(tx, { name: seededConnection });
  const active = await readWebhookSecrets(tx, keyring, connection.id);
  for (const value of new Set(seeds))
    if (!active.some((secret) => secret.value === value))
      await addWebhookSecret(tx, keyring, connection, value);
  for (const secret of active)
    if (!seeds.includes(secret.value)) await retireWebhookSecret(tx, secret, seededConnection);
}

async function hasConnection(tx: Ctx, name: string): Promise<boolean> {
  const rows = await tx.db
    .select({ id: connections.id })
    .from(connections)
    .where(and(eq(connections.kind, "github"), eq(connections.name, name)));
  return rows.length > 0;
}

export type NamedConnection = { id: string; name: string; isDemo: boolean };

/** The GitHub connection of this name, made if it is not there. */
export async function ensureConnection(
  tx: Ctx,
  input: { name: string; isDemo?: boolean },
): Promise<NamedConnection> {
  const isDemo = input.isDemo ?? false;
  const [created] = await tx.db
    .insert(connections)
    .values({ kind: "github", name: input.name, isDemo })
    .onConflictDoNothing({ target: [connections.kind, connections.name] })
    .returning({ id: connections.id, name: connections.name, isDemo: connections.isDemo });
  if (created) {
    const payload = { kind: "github" as const, name: created.name };
    await record(tx, { type: "connection.created", subjectId: created.id, payload, isDemo });
    return created;
  }
  const [found] = await tx.db
    .select({ id: connections.id, name: connections.name, isDemo: connections.isDemo })
    .from(connections)
    .where(and(eq(connections.kind, "github"), eq(connections.name, input.name)));
  if (!found) throw new Error(`The connection ${input.name} was removed while it was looked up`);
  return found;
}

/** Seals a secret and adds it to a connection. */
export async function addWebhookSecret(
  tx: Ctx,
  keyring: Keyring,
  connection: NamedConnection,
  value: string,
): Promise<WebhookSecret> {
  const id = randomUUID();
  await tx.db.insert(connectionSecrets).values({
    id,
    connectionId: connection.id,
    purpose: "webhook",
    sealed: sealWebhookSecret(keyring, id, value),
    createdAt: tx.now(),
  });
  await record(tx, {
    type: "secret.added",
    subjectId: id,
    payload: { connection: connection.name },
    isDemo: connection.isDemo,
  });
  return { id, connectionId: connection.id, isDemo: connection.isDemo, value };
}

export async function retireWebhookSecret(tx: Ctx, secret: WebhookSecret, connection: string): Promise<void> {
  await tx.db
    .update(connectionSecrets)
    .set({ retiredAt: tx.now() })
    .where(eq(connectionSecrets.id, secret.id));
  await record(tx, { type: "secret.retired", subjectId: secret.id, payload: { connection } });
}
