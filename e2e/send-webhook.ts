import { createHmac, randomUUID } from "node:crypto";
import { type RawAnswer, sendRaw } from "./send-raw.ts";

/** Sends a webhook as GitHub does: signed over the raw bytes, with a GUID of its own unless one is given. */
export function sendWebhook(
  portal: { address: string; webhookSecret: string },
  event: string,
  payload: object,
  options: { guid?: string; secret?: string } = {},
): Promise<RawAnswer> {
  const body = JSON.stringify(payload);
  const digest = createHmac("sha256", options.secret ?? portal.webhookSecret)
    .update(body)
    .digest("hex");
  return sendRaw(portal.address, "/api/webhooks/github", {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/journey",
      "x-github-event": event,
      "x-github-delivery": options.guid ?? randomUUID(),
      "x-github-hook-id": "4711",
      "x-hub-signature-256": `sha256=${digest}`,
    },
  });
}
