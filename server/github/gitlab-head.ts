import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { DeliveryHead, HeadRefusal } from "./raw-delivery.ts";

/** Where GitLab's webhooks come to, each at the address of its connection. */
export const gitlabWebhookPath = "/api/webhooks/gitlab";

/** Kept with each webhook; the secret token is not among them. */
const keptHeaders = [
  "user-agent",
  "content-type",
  "idempotency-key",
  "x-gitlab-event",
  "x-gitlab-event-uuid",
  "x-gitlab-instance",
  "x-gitlab-webhook-uuid",
];

const one = (value: string | string[] | undefined): string =>
  ((Array.isArray(value) ? value[0] : value) ?? "").trim();

/**
 * Reads the headers of a webhook of GitLab, which shows its secret as a token and signs nothing. Its events get names of
 * their own ("Merge Request Hook": "gitlab merge request"), since their payloads are none of GitHub's. A webhook that is sent
 * again has the same Idempotency-Key; older servers number each sending, the oldest none: then it is taken for a new one,
 * which costs a look at what is known already ("Webhooks", Delivery headers).
 */
export function readGitlabHead(headers: IncomingHttpHeaders): DeliveryHead | HeadRefusal {
  const signature = one(headers["x-gitlab-token"]);
  if (!signature)
    return {
      status: 401,
      message: "The header X-Gitlab-Token is missing: enter the secret token in the webhook's settings",
    };
  const event = one(headers["x-gitlab-event"]);
  if (!event || event.length > 90)
    return {
      status: 400,
      message: "The header X-Gitlab-Event has to name the event, in at most 90 characters",
    };
  const guid =
    ["idempotency-key", "x-gitlab-webhook-uuid", "x-gitlab-event-uuid"]
      .map((name) => one(headers[name]))
      .find((value) => value !== "") ?? randomUUID();
  if (guid.length > 100)
    return { status: 400, message: "The header Idempotency-Key has to have at most 100 characters" };
  const kept = keptHeaders.flatMap((name) => {
    const value = one(headers[name]);
    return value ? [[name, value.slice(0, 500)] as const] : [];
  });
  const name = event.toLowerCase().replace(/ hook$/, "");
  // The key is completed with the connection whose secret it showed.
  return {
    sender: "gitlab",
    hookKey: "gitlab",
    guid,
    event: `gitlab ${name}`,
    signature,
    headers: Object.fromEntries(kept),
  };
}
