import type { IncomingMessage } from "node:http";
import { cdEventsPath } from "#server/delivery/sources/model.ts";
import type { Mode } from "#server/installation/model.ts";
import { publicUrlRefusal } from "#server/installation/start-refusal.ts";

export type Refusal = { status: number; code: string; message: string };

/** What the guard looks at, already read from the request. */
export type Guarded = {
  method: string;
  path: string;
  host: string | undefined;
  origin: string | undefined;
  contentType: string | undefined;
  hasBearer: boolean;
  headerNames: readonly string[];
  /** What a browser says about where the request comes from and what for; absent from other programs. */
  fetchSite: string | undefined;
  fetchMode: string | undefined;
  fetchDest: string | undefined;
};

const proxyHeader = /^(forwarded|via|x-forwarded-.+|x-real-ip)$/;

/**
 * An evaluation has demo sign-in without a password, so nobody but this machine's user may reach it: a foreign Host is
 * DNS rebinding, a proxy's header means that somebody else is asking.
 */
export function evaluationRefusal(request: Guarded, port: number): Refusal | null {
  const local = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (port === 80) local.push("127.0.0.1", "localhost", "[::1]");
  if (!local.includes(request.host?.toLowerCase() ?? ""))
    return {
      status: 421,
      code: "misdirected",
      message: `An evaluation answers only at http://127.0.0.1:${port} and http://localhost:${port}`,
    };
  const header = request.headerNames.find((name) => proxyHeader.test(name));
  if (header)
    return {
      status: 421,
      code: "misdirected",
      message: `An evaluation answers no request that came through a proxy (this one has the header ${header})`,
    };
  return null;
}

/** Probes come to the machine's own address, not to the public one; /metrics does, and asks for a token of its own. */
const probePaths = new Set(["/api/health/live", "/api/health/ready", "/metrics"]);

/**
 * Production answers at its public address only: a foreign Host is DNS rebinding, or a proxy that does not pass the Host
 * on. Without a public address it answers nobody, as after an evaluation moved to production.
 */
export function productionRefusal(request: Guarded, publicUrl: string | undefined): Refusal | null {
  if (probePaths.has(request.path)) return null;
  const refusal = publicUrlRefusal(publicUrl);
  if (refusal || !publicUrl)
    return { status: 503, code: "unavailable", message: `${refusal}. Then start the portal again` };
  const { protocol, host, origin } = new URL(publicUrl);
  if (URL.parse(`${protocol}//${request.host ?? ""}`)?.host === host) return null;
  return {
    status: 421,
    code: "misdirected",
    message: `This portal answers at ${origin} only. If this is its address, a proxy on the way has to pass the Host header on`,
  };
}

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/** Webhooks prove themselves by what they carry; CDEvents come with a token, for which a cookie could stand. */
const isSigned = (path: string) => path.startsWith("/api/webhooks/") && path !== cdEventsPath;

/**
 * A write that a browser's cookie could authorise needs the exact Origin and JSON, so that no other site can cause it.
 * Requests with a bearer token carry no cookie's authority; webhooks are signed.
 */
export function originRefusal(request: Guarded, publicOrigin: string): Refusal | null {
  if (reading.has(request.method) || request.hasBearer || isSigned(request.path)) return null;
  if (request.origin !== publicOrigin)
    return {
      status: 403,
      code: "forbidden",
      message: request.origin
        ? `This write comes from another site (${request.origin.slice(0, 100)}), so it is refused`
        : "A write needs an Origin header, or an API token: Authorization: Bearer <token>",
    };
  if (!/^application\/json\b/i.test(request.contentType ?? ""))
    return { status: 415, code: "invalid", message: "Send the body as application/json" };
  return null;
}

/**
 * A browser says which site caused a request. From another one only a person's own click on a link is answered, as a whole
 * page; neither fetches, images, frames nor scripts of other sites get anything, whatever cookies they bring.
 */
function fetchSiteRefusal(request: Guarded): Refusal | null {
  const { fetchSite: site, fetchMode: mode, fetchDest: dest } = request;
  if (site === undefined || site === "same-origin" || site === "none" || request.hasBearer) return null;
  const isLink = request.method === "GET" && mode === "navigate" && (dest ?? "document") === "document";
  if (isLink || request.path.startsWith("/badges/")) return null;
  return {
    status: 403,
    code: "forbidden",
    message: "This request was caused by another site, so it is refused",
  };
}

const answered = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Pages are only read; whatever writes is below /api/. */
function methodRefusal(request: Guarded): Refusal | null {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const isAnswered = request.path.startsWith("/api/") ? answered.has(request.method) : isRead;
  if (!isAnswered) return { status: 405, code: "invalid", message: "This method is not answered here" };
  return null;
}

/** All refusals that come before any work is done for a request. */
export function refusalFor(
  request: Guarded,
  settings: { mode: Mode; port: number; publicUrl?: string },
): Refusal | null {
  const refused =
    settings.mode === "evaluation"
      ? evaluationRefusal(request, settings.port)
      : productionRefusal(request, settings.publicUrl);
  const publicOrigin = settings.publicUrl
    ? new URL(settings.publicUrl).origin
    : `http://${request.host ?? ""}`;
  return (
    refused ?? fetchSiteRefusal(request) ?? originRefusal(request, publicOrigin) ?? methodRefusal(request)
  );
}

export function readGuarded(request: IncomingMessage, path: string): Guarded {
  return {
    method: request.method ?? "GET",
    path,
    host: request.headers.host,
    origin: request.headers.origin,
    contentType: request.headers["content-type"],
    hasBearer: request.headers.authorization !== undefined,
    headerNames: Object.keys(request.headers),
    fetchSite: text(request.headers["sec-fetch-site"]),
    fetchMode: text(request.headers["sec-fetch-mode"]),
    fetchDest: text(request.headers["sec-fetch-dest"]),
  };
}

const text = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(",") : value);
