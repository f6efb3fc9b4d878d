import type { IncomingMessage } from "node:http";
import type { Mode } from "#server/installation/model.ts";

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

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A write that a browser's cookie could authorise needs the exact Origin and JSON, so that no other site can cause it.
 * Requests with a bearer token carry no cookie's authority; webhooks are signed.
 */
export function originRefusal(request: Guarded, publicOrigin: string): Refusal | null {
  if (reading.has(request.method) || request.hasBearer || request.path.startsWith("/api/webhooks/"))
    return null;
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

/** All refusals that come before any work is done for a request. */
export function refusalFor(
  request: Guarded,
  settings: { mode: Mode; port: number; publicUrl?: string },
): Refusal | null {
  const refused = settings.mode === "evaluation" ? evaluationRefusal(request, settings.port) : null;
  const publicOrigin = settings.publicUrl
    ? new URL(settings.publicUrl).origin
    : `http://${request.host ?? ""}`;
  return refused ?? originRefusal(request, publicOrigin);
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
  };
}
