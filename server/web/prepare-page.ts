import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pagePolicy } from "./security-headers.ts";

/**
 * By these Next's own parts talk to one another; from outside they have switched off checks before (CVE-2025-29927). The
 * address of a proxy or a public name is none of Next's business either: it would build links from it.
 */
const internal =
  /^(?:x-middleware-|x-nextjs-|x-next-|x-now-|x-vercel-|x-invoke-|x-matched-path$|x-prerender-|x-original-|x-rewrite-|x-action-|next-action$|next-resume$|forwarded$|x-forwarded-|x-http-method|x-nonce$|x-milepost-)/;

/** Files, which may be kept: Next says for how long. */
export const isFile = (path: string) =>
  path.startsWith("/_next/") || /^\/[\w-]+\.(?:ico|png|svg|txt|webmanifest)$/.test(path);

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
  // In development the browser and Next talk by x-nextjs-….
  for (const name of Object.keys(request.headers))
    if (internal.test(name) && !(isDev && name.startsWith("x-nextjs-"))) delete request.headers[name];
  // One reading of the address for all: what was judged is what Next gets.
  request.url = address.pathname + address.search;
  const nonce = randomBytes(16).toString("base64");
  const policy = pagePolicy(nonce, isDev);
  request.headers["x-nonce"] = nonce;
  request.headers["x-milepost-path"] = address.pathname + address.search;
  request.headers["content-security-policy"] = policy;
  response.setHeader("content-security-policy", policy);
  if (isFile(address.pathname)) response.removeHeader("cache-control");
}
