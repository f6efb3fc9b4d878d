import { randomUUID } from "node:crypto";
import type { Ctx } from "#server/core/context.ts";
import { deliveryInterpreter } from "#server/delivery/interpreter.ts";
import { addWebhookSecret, ensureConnection } from "#server/github/ensure-webhook-secret.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import type { RawDelivery } from "#server/github/raw-delivery.ts";
import { signBody } from "#server/github/signature.ts";
import type { WebhookSecret } from "#server/github/webhook-secrets.ts";
import { testKeyring } from "./keyring.ts";

/** A secret of a connection of its own, sealed in the database like any other. */
export async function makeWebhookSecret(
  ctx: Ctx,
  options: { name?: string; isDemo?: boolean } = {},
): Promise<WebhookSecret> {
  const name = options.name ?? `Hook ${randomUUID()}`;
  const connection = await ensureConnection(ctx, { name, isDemo: options.isDemo ?? false });
  return addWebhookSecret(ctx, testKeyring, connection, randomUUID());
}

/** A webhook as it comes: `payload` may be bytes that are no JSON at all. */
export function signedWebhook(
  secret: { value: string },
  event: string,
  payload: object | Buffer,
  options: { guid?: string; hookKey?: string; receivedAt?: Date } = {},
): RawDelivery & { receivedAt: Date } {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  return {
    hookKey: options.hookKey ?? "hook:1",
    guid: options.guid ?? randomUUID(),
    event,
    signature: signBody(secret.value, body),
    headers: { "x-github-event": event },
    body,
    receivedAt: options.receivedAt ?? new Date(),
  };
}

/** Works in everything that is due, as the worker does. */
export async function workInbox(ctx: Ctx): Promise<void> {
  while ((await interpretDeliveries(ctx, deliveryInterpreter)) > 0);
}
