import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

const always = ["frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"];

/** Sent with every answer. */
export const securityHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "content-security-policy": always.join("; "),
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

/** Styles stand in attributes too (charts, floating panels), which no nonce can allow; scripts only run with this one. */
function pagePolicy(nonce: string, isDev: boolean): string {
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDev ? " ws:" : ""}`,
    "worker-src 'self' blob:",
  ];
  return [...policy, ...always].join("; ");
}

/**
 * Gives a request that goes on to Next what the pages read back, over whatever the client sent under those names: the
 * address, for coming back after sign-in, and a nonce for this answer's scripts. Next takes the nonce from the policy.
 */
export function preparePage(
  request: IncomingMessage,
  response: ServerResponse,
  address: URL,
  isDev: boolean,
): void {
  const nonce = randomBytes(16).toString("base64");
  const policy = pagePolicy(nonce, isDev);
  request.headers["x-nonce"] = nonce;
  request.headers["x-milepost-path"] = address.pathname + address.search;
  request.headers["content-security-policy"] = policy;
  response.setHeader("content-security-policy", policy);
}
