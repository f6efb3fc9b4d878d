import { cookieName, readCookie, writeCookie } from "#server/auth/cookie.ts";
import {
  beginManifest,
  callbackPath,
  findManifest,
  finishManifest,
  manifestPath,
} from "#server/connections/app-manifest.ts";
import { BeginManifest, ConnectionId, TestConnection } from "#server/connections/inputs.ts";
import { doorOf } from "#server/connections/open-connection.ts";
import { requestConnectionCheck } from "#server/connections/request-check.ts";
import { testConnection } from "#server/connections/test-connection.ts";
import type { Ctx } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import { readEnv } from "#server/core/env.ts";
import { findDomainError, invalid, notFound } from "#server/core/errors.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { makeLogger } from "#server/core/log.ts";
import { outsideForImports } from "#server/core/outside-settings.ts";
import { convertManifest } from "#server/integrations/github-api/convert-manifest.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, json } from "./route.ts";

const cookie = () => cookieName("milepost_app_manifest");
const cookieSeconds = 3_600;
const page = "/admin/connections";
const log = makeLogger("connections");

const publicUrlOf = (request: HttpRequest) => readEnv().MILEPOST_URL ?? request.url.origin;
const browserToken = (request: HttpRequest) => readCookie(request.headers.get("cookie"), cookie());
const goTo = (location: string): HttpAnswer => ({ status: 303, headers: { location }, body: null });

function sentenceOf(issue: { message: string; path: PropertyKey[] } | undefined): never {
  throw invalid(issue?.message ?? "The settings cannot be read", String(issue?.path.at(-1) ?? ""));
}

/** Tries the settings as they stand in the form; nothing is stored. */
async function test(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const input = TestConnection.safeParse(await request.readJson(300_000));
  if (!input.success) return sentenceOf(input.error.issues[0]);
  const outside = outsideForImports(readEnv());
  try {
    return json(200, await testConnection(ctx, outside, input.data, currentKeyring), {
      "cache-control": "no-store",
    });
  } finally {
    await outside.close();
  }
}

async function begin(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const input = BeginManifest.safeParse(await request.readJson(200_000));
  if (!input.success) return sentenceOf(input.error.issues[0]);
  const begun = await beginManifest(ctx, input.data, publicUrlOf(request));
  const headers = { "set-cookie": writeCookie(cookie(), begun.browserToken, cookieSeconds) };
  return json(200, { path: `${manifestPath}/${begun.state}` }, headers);
}

const submit = "document.forms[0].submit()";

/** A page of one form, which takes the manifest to GitHub by itself: only a form of a page can. */
async function sendManifest(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const begun = await findManifest(ctx, {
    state: request.params.state ?? "",
    browserToken: browserToken(request),
  });
  if (!begun) return goTo(`${page}?problem=begun-elsewhere`);
  const { host, origin } = new URL(begun.action);
  const body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>On to ${escapeHtml(host)}</title>
<form method="post" action="${escapeHtml(begun.action)}">
<input type="hidden" name="manifest" value="${escapeHtml(JSON.stringify(begun.manifest))}">
<button>Go on to ${escapeHtml(host)}</button>
</form><script>${submit}</script></html>`;
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${sha256(submit).toString("base64")}'`,
    `form-action ${origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "no-store",
    // GitHub need not know the address of the page, which holds the state.
    "referrer-policy": "no-referrer",
  };
  return { status: 200, headers, body };
}

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** GitHub sends the browser back with a code, which is exchanged for the App's keys at once. */
async function receiveApp(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const [state, code] = ["state", "code"].map((name) => request.url.searchParams.get(name) ?? "") as [
    string,
    string,
  ];
  const shown = { state, browserToken: browserToken(request) };
  const begun = await findManifest(ctx, shown);
  if (!begun) return goTo(`${page}?problem=begun-elsewhere`);
  const outside = outsideForImports(readEnv());
  const door = outside.open(doorOf(begun.settings));
  try {
    const made = await convertManifest(door, begun.settings.apiUrl, code);
    const { id } = await finishManifest(ctx, shown, made, currentKeyring());
    const forget = { "set-cookie": writeCookie(cookie(), null, 0) };
    return { ...goTo(`${page}?made=${id}`), headers: { location: `${page}?made=${id}`, ...forget } };
  } catch (error) {
    const told = findDomainError(error);
    if (!told) throw error;
    log.warn({ err: error }, "A GitHub App was not taken over");
    return goTo(`${page}?problem=${told.code === "conflict" ? "name-taken" : "not-exchanged"}`);
  } finally {
    await door.close();
    await outside.close();
  }
}

export const connectionRoutes: readonly HttpRoute[] = [
  {
    method: "POST",
    path: "/api/connections/test",
    access: "role: admin",
    limit: "connectionTest",
    handle: test,
  },
  { method: "POST", path: manifestPath, access: "role: admin", limit: "connectionTest", handle: begin },
  { method: "GET", path: `${manifestPath}/:state`, access: "role: admin", handle: sendManifest },
  { method: "GET", path: callbackPath, access: "role: admin", limit: "connectionTest", handle: receiveApp },
  {
    method: "GET",
    path: "/api/connections/:id/installed",
    access: "role: platform",
    limit: "connectionTest",
    handle: async (ctx, request) => {
      const input = ConnectionId.safeParse(request.params);
      if (!input.success) throw notFound("There is no such connection");
      await requestConnectionCheck(ctx, input.data);
      return goTo(page);
    },
  },
];
