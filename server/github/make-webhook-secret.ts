import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken } from "#server/core/crypto.ts";
import { ensure } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import {
  addWebhookSecret,
  ensureConnection,
  evaluationConnection,
  retireWebhookSecret,
} from "./ensure-webhook-secret.ts";
import type { MakeWebhookSecret } from "./inputs.ts";
import { makeWebhookSecretRefusal } from "./policy.ts";
import { readWebhookSecrets } from "./webhook-secrets.ts";

/** The connection of the secrets that were made in the portal, beside those of the environment. */
const ownConnection = "GitHub";

/**
 * Makes a secret for GitHub to sign webhooks with. It is in this answer and nowhere else. Those made here before stay
 * good, so that GitHub can be moved to the new one without a gap, unless `retiresOthers`; the one that an evaluation made
 * for itself, which nobody knows, goes. Secrets of the environment are the operator's.
 */
export async function makeWebhookSecret(
  ctx: Ctx,
  input: MakeWebhookSecret,
  keyring: Keyring,
): Promise<{ secret: string; retired: number }> {
  ensure(makeWebhookSecretRefusal(ctx.actor));
  const secret = randomToken();
  return inTransaction(ctx, async (tx) => {
    const connection = await ensureConnection(tx, { name: ownConnection });
    const unknown = await readWebhookSecrets(tx, keyring, evaluationConnection);
    const former = input.retiresOthers ? await readWebhookSecrets(tx, keyring, connection.id) : [];
    for (const it of unknown) await retireWebhookSecret(tx, it, evaluationConnection);
    for (const it of former) await retireWebhookSecret(tx, it, ownConnection);
    await addWebhookSecret(tx, keyring, connection, secret);
    return { secret, retired: former.length };
  });
}
