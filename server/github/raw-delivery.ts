import type { IncomingHttpHeaders } from "node:http";

/** A webhook as it came, before anybody looked inside. */
export type RawDelivery = {
  hookKey: string;
  guid: string;
  event: string;
  /** The value of X-Hub-Signature-256; of GitLab the secret itself, which its X-Gitlab-Token shows. */
  signature: string;
  /** GitHub unless told. */
  sender?: "gitlab";
  headers: Record<string, string>;
  body: Buffer;
};

export type DeliveryHead = Omit<RawDelivery, "body">;

/** Kept with each webhook; everything else a sender adds is dropped, the signature too. */
const keptHeaders = [
  "user-agent",
  "content-type",
  "x-github-event",
  "x-github-delivery",
  "x-github-hook-id",
  "x-github-hook-installation-target-id",
  "x-github-hook-installation-target-type",
  "x-github-enterprise-host",
  "x-github-enterprise-version",
];

export type HeadRefusal = { status: 400 | 401 | 415; message: string };

const one = (value: string | string[] | undefined): string => (Array.isArray(value) ? value[0] : value) ?? "";

/** Reads the headers of a webhook; what is wrong with them comes back as the answer to give. */
export function readDeliveryHead(headers: IncomingHttpHeaders): DeliveryHead | HeadRefusal {
  const contentType = one(headers["content-type"]);
  if (/^\s*(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType))
    return { status: 415, message: "Set the webhook's content type to application/json: forms are not read" };
  const signature = one(headers["x-hub-signature-256"]);
  if (!signature)
    return {
      status: 401,
      message: "The header X-Hub-Signature-256 is missing: set a secret in the webhook's settings",
    };
  const event = one(headers["x-github-event"]).trim();
  const guid = one(headers["x-github-delivery"]).trim();
  if (!event || event.length > 100)
    return {
      status: 400,
      message: "The header X-GitHub-Event has to name the event, in at most 100 characters",
    };
  if (!guid || guid.length > 100)
    return {
      status: 400,
      message: "The header X-GitHub-Delivery has to hold the GUID, in at most 100 characters",
    };
  return { hookKey: readHookKey(headers), guid, event, signature, headers: keepHeaders(headers) };
}

/**
 * GUIDs are unique for an event, not for a hook: an organisation's hook, a repository's hook and an app all send the
 * same one (github/docs#32822).
 */
function readHookKey(headers: IncomingHttpHeaders): string {
  const targetType = one(headers["x-github-hook-installation-target-type"]);
  const target = one(headers["x-github-hook-installation-target-id"]).trim().slice(0, 100);
  if (targetType === "integration" && target) return `app:${target}`;
  return `hook:${one(headers["x-github-hook-id"]).trim().slice(0, 100) || "unknown"}`;
}

function keepHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = one(headers[name]);
    if (value) kept[name] = value.slice(0, 500);
  }
  return kept;
}
