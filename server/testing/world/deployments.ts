import { randomUUID } from "node:crypto";
import type { Ctx } from "#server/core/context.ts";
import { deliveryInterpreter } from "#server/delivery/interpreter.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { addWebhookSecret, ensureConnection } from "#server/github/ensure-webhook-secret.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import { receiveDelivery } from "#server/github/receive-delivery.ts";
import { signBody } from "#server/github/signature.ts";
import {
  deploymentPayload,
  deploymentStatusPayload,
  randomSha,
  repositoryPayload,
} from "#server/testing/github-payloads.ts";
import { testKeyring } from "#server/testing/keyring.ts";

/** One deployment each of our service, of theirs and of a repository that no service names; answers with a webhook's id. */
export async function deploySomething(ctx: Ctx): Promise<number> {
  const ids: number[] = [];
  for (const name of ["acme/our-service", "acme/their-service", "acme/of-nobody"])
    ids.push(await deploy(ctx, name));
  while ((await interpretDeliveries(ctx, deliveryInterpreter)) > 0);
  await projectDue(ctx, () => false);
  return ids[0] ?? 0;
}

/** Stores the signed webhooks of a successful production deployment; they wait to be interpreted. */
export async function deploy(ctx: Ctx, repositoryName: string): Promise<number> {
  const connection = await ensureConnection(ctx, { name: "Tests" });
  const secret = await addWebhookSecret(ctx, testKeyring, connection, randomUUID());
  const at = new Date(ctx.now().getTime() - 60_000);
  const repository = repositoryPayload(repositoryName);
  const deployment = deploymentPayload({ repository, sha: randomSha(), environment: "production", at });
  const send = (event: string, payload: object) => {
    const body = Buffer.from(JSON.stringify(payload));
    const signature = signBody(secret.value, body);
    return receiveDelivery(ctx, [secret], {
      hookKey: "hook:1",
      guid: randomUUID(),
      event,
      signature,
      headers: {},
      body,
    });
  };
  await send("deployment", deployment);
  const { id } = await send("deployment_status", deploymentStatusPayload(deployment, "success", ctx.now()));
  return id;
}
