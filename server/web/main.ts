import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import next from "next";
import { openSharedPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import { readEnv } from "#server/core/env.ts";
import { findDomainError, httpStatus, notFound } from "#server/core/errors.ts";
import { makeLogger } from "#server/core/log.ts";
import { readSecretKey } from "#server/core/secret-key.ts";
import { onStop, tellStarter } from "#server/core/starter-link.ts";
import { backstageError, milepostError } from "#server/http/errors.ts";
import { type HttpAnswer, json } from "#server/http/route.ts";
import { answerRoute, makeMatcher } from "#server/http/router.ts";
import { httpRoutes } from "#server/http/routes.ts";
import { makeWebhookReceiver } from "#server/http/webhooks.ts";
import { readMode } from "#server/installation/read.ts";
import { readAddress } from "./address.ts";
import { readJsonBody } from "./body.ts";
import { readGuarded, refusalFor } from "./guard.ts";
import { readiness } from "./health.ts";
import { preparePage, securityHeaders } from "./security-headers.ts";

const env = readEnv();
const log = makeLogger("web");
if (!env.DATABASE_URL) throw new Error("DATABASE_URL is not set: start the portal with npm start");
const pool = openSharedPool(env.DATABASE_URL, { max: 10, name: "milepost-web" });
const now = () => new Date();
const mode = await readMode({ db: pool.db, actor: systemActor("Web"), now });

const pages = next({ dev: env.MILEPOST_DEV, dir: process.cwd(), hostname: env.HOST, port: env.PORT });
let isPagesReady = false;
const match = makeMatcher(httpRoutes);
const receiveWebhook = makeWebhookReceiver({
  db: pool.db,
  now,
  dataDir: env.dataDir,
  secretKey: readSecretKey(env),
  log,
});

function reportBug(error: unknown, requestId: string): void {
  log.error({ err: error, requestId }, "A request failed");
}

async function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  if (answer.body === null || request.method === "HEAD") response.end();
  else if (typeof answer.body === "string" || Buffer.isBuffer(answer.body)) response.end(answer.body);
  else await pipeline(Readable.from(answer.body), response);
}

async function answerApi(request: IncomingMessage, url: URL, requestId: string): Promise<HttpAnswer | null> {
  if (url.pathname === "/api/health/live")
    return json(200, { status: "live" }, { "cache-control": "no-store" });
  if (url.pathname === "/api/health/ready") return readiness(pool.db, isPagesReady && !isStopping);
  const matched = match(request.method ?? "GET", url.pathname);
  if (matched === null) return null;
  const about = { method: request.method ?? "GET", url, requestId };
  if (matched === "wrong method")
    return json(405, {
      error: { code: "invalid", message: `${about.method} is not answered here`, requestId },
    });
  const headers = new Headers(
    Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const readJson = (maxBytes?: number) => readJsonBody(request, maxBytes);
  return answerRoute({ db: pool.db, now, reportBug }, matched, { ...about, headers, readJson });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID();
  // Ours, never the client's: pages read it back to show it beside an error.
  request.headers["x-request-id"] = requestId;
  response.setHeader("x-request-id", requestId);
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const url = readAddress(request.url, request.headers.host);
  const address = url ?? new URL("http://localhost/");
  const about = { method: request.method ?? "GET", url: address, requestId };
  try {
    const port = (server.address() as AddressInfo).port;
    const publicUrl = env.MILEPOST_URL;
    const settings = { mode, port, ...(publicUrl ? { publicUrl } : {}) };
    const refused = url
      ? refusalFor(readGuarded(request, url.pathname), settings)
      : { status: 400, code: "invalid", message: "The address of this request cannot be read" };
    if (refused) {
      // The body of a refused request is not read; the connection ends with the answer.
      response.setHeader("connection", "close");
      const { code, message } = refused;
      return await send(request, response, json(refused.status, { error: { code, message, requestId } }));
    }
    if (address.pathname.startsWith("/api/webhooks/"))
      return await receiveWebhook(request, response, address, requestId);
    const answer = await answerApi(request, address, requestId);
    if (answer) return await send(request, response, answer);
    if (address.pathname.startsWith("/api/") && !address.pathname.startsWith("/api/trpc/")) {
      const translate = address.pathname.startsWith("/api/catalog/") ? backstageError : milepostError;
      return await send(
        request,
        response,
        translate(notFound("Nothing is answered at this address"), 404, about),
      );
    }
    preparePage(request, response, address, env.MILEPOST_DEV);
    await pages.getRequestHandler()(request, response);
  } catch (error) {
    const told = findDomainError(error);
    if (!told) reportBug(error, requestId);
    if (response.headersSent) response.destroy();
    else await send(request, response, milepostError(told, told ? httpStatus[told.code] : 500, about));
  }
}

let isStopping = false;
const server = createServer(
  { keepAliveTimeout: 65_000, requestTimeout: 120_000, headersTimeout: 20_000 },
  (request, response) => {
    if (isStopping) response.setHeader("connection", "close");
    void serve(request, response);
  },
);

/** Drains: no new connection, running requests end, then the pool closes. */
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  const grace = setTimeout(() => server.closeAllConnections(), 8_000);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(grace);
  await pages.close();
  await pool.end();
  process.exit(0);
}

onStop(() => void stop());
process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "An error that nothing caught");
  process.exit(1);
});

server.on("error", (error: NodeJS.ErrnoException) => {
  const isTaken = error.code === "EADDRINUSE";
  tellStarter({ type: "failed", reason: isTaken ? "port in use" : error.message });
  log.fatal(
    isTaken ? `Port ${env.PORT} is in use: end the program that holds it, or set PORT` : error.message,
  );
  process.exit(1);
});
server.listen(env.PORT, env.HOST, () =>
  tellStarter({ type: "listening", port: (server.address() as AddressInfo).port }),
);
await pages.prepare();
isPagesReady = true;
tellStarter({ type: "ready" });
