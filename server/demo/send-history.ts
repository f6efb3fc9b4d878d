import type { HistoryEvent } from "#db/seed/history-events.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { addWebhookSecret, ensureConnection } from "#server/github/ensure-webhook-secret.ts";
import { type RawDelivery, readDeliveryHead } from "#server/github/raw-delivery.ts";
import { receiveDeliveries } from "#server/github/receive-delivery.ts";
import { signBody } from "#server/github/signature.ts";
import { readWebhookSecrets, type WebhookSecret } from "#server/github/webhook-secrets.ts";
import { type DemoRecord, holdDemo, writeDemo } from "./demo-record.ts";
import type { DemoState } from "./model.ts";
import { toWebhook } from "./payloads.ts";

const connectionName = "Demo organisation";
const hookId = "900000000";

/**
 * The secret with which the demo organisation signs; made the first time, and gone with the organisation. Throws `conflict`
 * when it was removed meanwhile.
 */
export async function ensureDemoSecret(ctx: Ctx, keyring: Keyring, state: DemoState): Promise<WebhookSecret> {
  return inTransaction(ctx, async (tx) => {
    await holdDemo(tx, state);
    const connection = await ensureConnection(tx, { name: connectionName, isDemo: true });
    const [known] = await readWebhookSecrets(tx, keyring, connection.id);
    return known ?? addWebhookSecret(tx, keyring, connection, randomToken());
  });
}

/**
 * Sends events as the webhooks that they would have been: signed, and received at the time of the event. The same event
 * has the same GUID each time, so nothing is taken in twice. `next` is remembered in the same transaction.
 * Throws `conflict` when the organisation was removed meanwhile.
 */
export async function sendHistory(
  ctx: Ctx,
  secret: WebhookSecret,
  batch: { events: readonly HistoryEvent[]; state: DemoState; next: DemoRecord },
): Promise<void> {
  const deliveries = batch.events.map((event) => toDelivery(event, secret, batch.next.loadedAt));
  await inTransaction(ctx, async (tx) => {
    await holdDemo(tx, batch.state);
    await receiveDeliveries(tx, [secret], deliveries);
    await writeDemo(tx, batch.state, batch.next);
  });
}

function toDelivery(
  event: HistoryEvent,
  secret: WebhookSecret,
  loadedAt: Date,
): RawDelivery & { receivedAt: Date } {
  const webhook = toWebhook(event);
  const body = Buffer.from(JSON.stringify(webhook.payload));
  const head = readDeliveryHead({
    "content-type": "application/json",
    "user-agent": "Milepost-Demo",
    "x-github-event": webhook.event,
    "x-github-delivery": guidOf(`${loadedAt.toISOString()}/${event.key}`),
    "x-github-hook-id": hookId,
    "x-hub-signature-256": signBody(secret.value, body),
  });
  if ("status" in head) throw new Error(`The demo made a webhook without its headers: ${head.message}`);
  return { ...head, body, receivedAt: event.at };
}

function guidOf(key: string): string {
  const hex = sha256(key).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
