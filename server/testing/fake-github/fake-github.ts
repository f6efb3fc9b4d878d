import { createHash, verify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certified } from "../certificates.ts";
import { changeRoutes } from "./change-routes.ts";
import { contentRoutes } from "./content-routes.ts";
import { ownerRoutes } from "./owner-routes.ts";
import type { FakeAnswer, FakeAsk, FakeCaller, FakeRoute } from "./route.ts";
import { FakeState } from "./state.ts";
import { writeRoutes } from "./write-routes.ts";

/** Something that goes wrong at paths that match, so many times (for ever unless told). */
export type Fault = {
  path: RegExp;
  times?: number;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  delayMs?: number;
  /** The answer waits for it. */
  until?: Promise<unknown>;
  /** The connection ends without an answer. */
  breaks?: boolean;
};
export type Asked = { method: string; path: string; status: number; headers: IncomingMessage["headers"] };

export type FakeGithub = {
  state: FakeState;
  /** `http://127.0.0.1:PORT`; the API is at `/api/v3`, as on an Enterprise Server. */
  webUrl: string;
  apiUrl: string;
  port: number;
  asked: Asked[];
  faults: Fault[];
  /** What is left of the rate limit, of all together. Unchanged answers (304) cost nothing. */
  rate: { limit: number; remaining: number; resetAt: Date };
  stop: () => Promise<void>;
};

type Compiled = { route: FakeRoute; pattern: RegExp };

function compile(route: FakeRoute): Compiled {
  const source = route.path.replace(/:(\w+)/g, "(?<$1>[^/]+)").replace(/\*(\w+)/g, "(?<$1>.+)");
  return { route, pattern: new RegExp(`^${source}$`) };
}

/** Serves the fake on a loopback port until `stop`; `more` are routes of other capabilities, which come first. */
export async function startFakeGithub(
  options: { certified?: Certified; host?: string; more?: readonly FakeRoute[] } = {},
): Promise<FakeGithub> {
  const routes = [
    ...(options.more ?? []),
    ...ownerRoutes,
    ...contentRoutes,
    ...changeRoutes,
    ...writeRoutes,
  ].map(compile);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    respond(fake, routes, request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500).end(`The fake failed: ${error.stack}`);
    });
  };
  const server = options.certified ? createSecureServer(options.certified, answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const webUrl = `${options.certified ? "https" : "http"}://${options.host ?? "127.0.0.1"}:${port}`;
  const fake: FakeGithub = {
    state: new FakeState(),
    webUrl,
    apiUrl: `${webUrl}/api/v3`,
    port,
    asked: [],
    faults: [],
    rate: { limit: 5_000, remaining: 5_000, resetAt: new Date(Date.now() + 3_600_000) },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

/** The same until the test ends. */
export async function serveFakeGithub(
  options: Parameters<typeof startFakeGithub>[0] = {},
): Promise<FakeGithub> {
  const fake = await startFakeGithub(options);
  // Loaded late: outside of a test, where `startFakeGithub` serves too, it cannot be.
  const { onTestFinished } = await import("vitest");
  onTestFinished(fake.stop);
  return fake;
}

async function respond(
  fake: FakeGithub,
  routes: readonly Compiled[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", fake.webUrl);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const asked: Asked = {
    method: request.method ?? "GET",
    path: url.pathname.replace(/^\/api\/v3/, "") + url.search,
    status: 0,
    headers: request.headers,
  };
  fake.asked.push(asked);
  const end = (status: number, headers: Record<string, string | undefined>, body: Buffer | string = "") => {
    asked.status = status;
    response.writeHead(status, headers).end(body);
  };
  const fault = takeFault(fake, asked.path);
  if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  await fault?.until;
  if (fault?.breaks) return void request.socket.destroy();
  if (fault?.status)
    return end(fault.status, { "content-type": "application/json", ...fault.headers }, fault.body ?? "{}");
  const caller = callerOf(fake, request.headers.authorization);
  const rate = rateHeaders(fake);
  if (!caller)
    return end(
      401,
      { ...rate, "content-type": "application/json" },
      JSON.stringify({ message: "Bad credentials" }),
    );
  if (fake.rate.remaining <= 0 && caller.kind !== "app")
    return end(
      403,
      { ...rate, "content-type": "application/json" },
      JSON.stringify({ message: "API rate limit exceeded" }),
    );
  const given = route(fake, routes, { caller, url, request, body: Buffer.concat(parts) });
  const { status = 200, headers = {} } = given;
  const { body, link } = paged(fake, url, given);
  const etag = `"${createHash("sha1").update(body).digest("hex")}"`;
  const isKnown = request.method === "GET" && status === 200 && request.headers["if-none-match"] === etag;
  if (!isKnown && caller.kind !== "app") fake.rate.remaining -= 1;
  const shown = { ...rateHeaders(fake), ...headers, ...(link ? { link } : {}), etag };
  if (isKnown) return end(304, shown);
  end(status, { "content-type": "application/json; charset=utf-8", ...shown }, body);
}

function takeFault(fake: FakeGithub, path: string): Fault | undefined {
  const found = fake.faults.find((fault) => fault.path.test(path) && (fault.times ?? 1) > 0);
  if (found?.times !== undefined) found.times -= 1;
  return found;
}

const rateHeaders = ({ rate }: FakeGithub): Record<string, string> => ({
  "x-ratelimit-limit": String(rate.limit),
  "x-ratelimit-remaining": String(Math.max(0, rate.remaining)),
  "x-ratelimit-reset": String(Math.ceil(rate.resetAt.getTime() / 1000)),
  "x-ratelimit-resource": "core",
});

function callerOf({ state }: FakeGithub, authorization = ""): FakeCaller | null {
  const token = authorization.replace(/^(Bearer|token) /i, "");
  if (token === "") return { kind: "nobody" };
  const person = state.tokens.get(token);
  if (person) return { kind: "token", ...person };
  const handed = state.installationTokens.get(token);
  if (handed && handed.expiresAt > new Date() && !handed.installation.suspendedAt)
    return { kind: "installation", installation: handed.installation };
  const [header, claims, signature] = token.split(".");
  if (!claims || !signature) return null;
  const { iss, exp, iat } = JSON.parse(Buffer.from(claims, "base64url").toString()) as {
    iss: string;
    exp: number;
    iat: number;
  };
  const app = state.apps.find(({ id }) => String(id) === iss);
  const isSigned =
    app &&
    verify(
      "RSA-SHA256",
      Buffer.from(`${header}.${claims}`),
      app.publicKey,
      Buffer.from(signature, "base64url"),
    );
  const now = Date.now() / 1000;
  return isSigned && iat <= now && exp > now && exp - iat <= 660 ? { kind: "app", appId: app.id } : null;
}

function route(
  fake: FakeGithub,
  routes: readonly Compiled[],
  { caller, url, request, body }: { caller: FakeCaller; url: URL; request: IncomingMessage; body: Buffer },
): FakeAnswer {
  const path = withFormerId(fake, decodeURI(url.pathname.replace(/^\/api\/v3/, "")));
  for (const {
    route: { method, needs, handle },
    pattern,
  } of routes) {
    const found = method === request.method ? pattern.exec(path) : null;
    if (!found) continue;
    const refused =
      needs && caller.kind === "installation" ? refusedNeed(needs, caller.installation.permissions) : null;
    if (refused) return refused;
    const ask: FakeAsk = {
      state: fake.state,
      caller,
      webUrl: fake.webUrl,
      apiUrl: fake.apiUrl,
      method,
      url,
      headers: request.headers as FakeAsk["headers"],
      params: Object.fromEntries(
        Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
      ),
      body:
        body.byteLength > 0 && /json/.test(request.headers["content-type"] ?? "")
          ? JSON.parse(body.toString())
          : {},
    };
    return handle(ask);
  }
  return { status: 404, body: { message: "Not Found" } };
}

/** `/repositories/ID/…`, where renamed ones are sent to, is the same as by name. */
function withFormerId({ state }: FakeGithub, path: string): string {
  const [, id, rest] = /^\/repositories\/(\d+)(.*)$/.exec(path) ?? [];
  const row = state.repositories.get(Number(id));
  return row ? `/repos/${row.owner}/${row.name}${rest}` : path;
}

function refusedNeed(needs: string, granted: Record<string, string>): FakeAnswer | null {
  const [name = "", level] = needs.split(": ");
  const has = granted[name];
  if (name === "metadata" || has === "write" || (has === "read" && level === "read")) return null;
  return {
    status: 403,
    headers: { "x-accepted-github-permissions": `${name}=${level}` },
    body: { message: "Resource not accessible by integration" },
  };
}

function paged(
  fake: FakeGithub,
  url: URL,
  { body, listKey }: FakeAnswer,
): { body: Buffer; link: string | null } {
  if (Buffer.isBuffer(body)) return { body, link: null };
  if (!Array.isArray(body)) return { body: Buffer.from(JSON.stringify(body ?? {})), link: null };
  const size = Math.min(100, Number(url.searchParams.get("per_page") ?? 30));
  const page = Number(url.searchParams.get("page") ?? 1);
  const rows = body.slice((page - 1) * size, page * size);
  const next = new URL(url.pathname + url.search, fake.webUrl);
  next.searchParams.set("page", String(page + 1));
  const link = body.length > page * size ? `<${next}>; rel="next", <${next}>; rel="last"` : null;
  return {
    body: Buffer.from(JSON.stringify(listKey ? { total_count: body.length, [listKey]: rows } : rows)),
    link,
  };
}
