// What people and programs ask of a portal, by HTTP alone.
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const pages = ["/", "/catalog", "/catalog/sources", "/admin/webhooks", "/admin/tokens", "/account"];
const api = ["/api/health/live", "/api/health/ready", "/api/catalog/entities/by-query?limit=5"];

/** Signs in as this demo person; answers with the cookie. */
export async function signIn(address, personId) {
  const response = await fetch(`${address}/api/auth/demo`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: address },
    body: JSON.stringify({ personId }),
  });
  if (!response.ok) throw new Error(`Signing in at ${address}: ${response.status} ${await response.text()}`);
  return response.headers.getSetCookie()[0].split(";")[0];
}

/** Asks for every page and the API; answers with what did not come as it should. */
export async function visit(address, cookie) {
  const problems = [];
  for (const path of [...pages, ...api]) {
    const response = await fetch(address + path, { headers: { cookie }, redirect: "manual" });
    const text = await response.text();
    if (response.status !== 200) problems.push(`${path}: ${response.status}`);
    else if (!path.startsWith("/api/") && !/<main|id="main"/.test(text)) problems.push(`${path}: no content`);
    else if (/Something went wrong/.test(text)) problems.push(`${path}: Something went wrong`);
  }
  return problems;
}

/** Sends a signed webhook; answers with its status and GUID. */
export async function sendWebhook(address, secret) {
  const guid = randomUUID();
  const body = JSON.stringify({ zen: guid, hook_id: 7, hook: {} });
  const response = await fetch(`${address}/api/webhooks/github`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "ping",
      "x-github-delivery": guid,
      "x-github-hook-id": "7",
      "x-github-hook-installation-target-type": "organization",
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
    body,
  });
  return { status: response.status, guid, text: await response.text() };
}

/** Calls a tRPC mutation without a page, as a signed-in person's browser does. */
export async function change(address, cookie, name, input) {
  const response = await fetch(`${address}/api/trpc/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: address, cookie },
    body: JSON.stringify({ json: input }),
  });
  return { status: response.status, text: await response.text() };
}

export async function until(what, isSo, seconds = 120) {
  for (const late = Date.now() + seconds * 1000; Date.now() < late; await sleep(500))
    if (await isSo().catch(() => false)) return;
  throw new Error(`Not so after ${seconds} s: ${what}`);
}
