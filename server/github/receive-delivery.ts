import { type Ctx, inTransaction } from "#server/core/context.ts";
import { DomainError } from "#server/core/errors.ts";
import type { RawDelivery } from "./raw-delivery.ts";
import { findShown, findSigner } from "./signature.ts";
import { type Stored, storeDeliveries, type VerifiedDelivery } from "./store-deliveries.ts";
import type { WebhookSecret } from "./webhook-secrets.ts";

/**
 * Store first, think later: the sender waits ten seconds and then forgets, the inbox does not. When this resolves, the
 * bytes are on disk. Throws `unauthenticated` when none of the secrets signed the body.
 */
export async function receiveDelivery(
  ctx: Ctx,
  secrets: readonly WebhookSecret[],
  delivery: RawDelivery,
): Promise<Stored> {
  const verified = verifyDelivery(secrets, delivery, ctx.now());
  const [stored] = await inTransaction(ctx, (tx) => storeDeliveries(tx, [verified]));
  if (!stored) throw new Error("A webhook was neither stored nor known");
  return stored;
}

/** Many at once, each verified like a single one; all are stored in one transaction. `receivedAt` in the sender's place. */
export async function receiveDeliveries(
  ctx: Ctx,
  secrets: readonly WebhookSecret[],
  deliveries: readonly (RawDelivery & { receivedAt: Date })[],
): Promise<Stored[]> {
  const verified = deliveries.map((delivery) => verifyDelivery(secrets, delivery, delivery.receivedAt));
  return inTransaction(ctx, (tx) => storeDeliveries(tx, verified));
}

/** Throws `unauthenticated` when none of the secrets signed the body. */
export function verifyDelivery(
  secrets: readonly WebhookSecret[],
  delivery: RawDelivery,
  receivedAt: Date,
): VerifiedDelivery {
  const isGitlab = delivery.sender === "gitlab";
  const signer = isGitlab
    ? findShown(secrets, delivery.signature)
    : findSigner(secrets, delivery.body, delivery.signature);
  if (!signer)
    throw new DomainError(
      "unauthenticated",
      isGitlab
        ? "The secret token is none of this connection's: check that the webhook has the one that Milepost made"
        : "The signature does not fit the body: check that the webhook has the secret that Milepost knows",
    );
  // GitLab numbers webhooks by itself alone, so those of two servers are told apart by their connections.
  const hookKey = isGitlab ? `gitlab:${signer.connectionId}` : delivery.hookKey;
  return { ...delivery, hookKey, receivedAt, connectionId: signer.connectionId, isDemo: signer.isDemo };
}
