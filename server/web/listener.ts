import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Db } from "#db/types.ts";
import { resolveCaller } from "#server/auth/resolve-caller.ts";
import { findDatabaseAway } from "#server/core/database-away.ts";
import type { Env } from "#server/core/env.ts";
import { findDomainError, httpStatus, notFound } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Logger } from "#server/core/log.ts";
import { cdEventsPath } from "#server/delivery/sources/model.ts";
import { backstageError, milepostError } from "#server/http/errors.ts";
import { isIncidentWebhook, makeIncidentReceiver } from "#server/http/incident-webhooks.ts";
import { type HttpAnswer, json } from "#server/http/route.ts";
import { answerRoute, makeMatcher } from "#server/http/router.ts";
import { httpRoutes } from "#server/http/routes.ts";
import { makeWebhookReceiver } from "#server/http/webhooks.ts";
import { readAddress } from "./address.ts";
import { readJsonBody } from "./body.ts";
import { askedHost, clientAddress } from "./client-address.ts";
import { databaseAwayAnswer } from "./database-away-page.ts";
import { readGuarded, refusalFor } from "./guard.ts";
import { readiness } from "./health.ts";
import { answerMetrics, type RenderMetrics } from "./metrics.ts";
import { isFile, preparePage } from "./prepare-page.ts";
import { securityHeaders } from "./security-headers.ts";
import { isOpenBeforeSetup, notSetUp, setupPath } from "./setup-gate.ts";
import { streamBody } from "./stream-body.ts";
import type { Watch } from "./watch-installation.ts";

export type ListenerDeps = {
  db: Db;
  /** Connections of the webhooks alone. */
  ingest: Db;
  now: () => Date;
  env: Pick<Env, "MILEPOST_URL" | "MILEPOST_TRUSTED_PROXIES" | "MILEPOST_DEV" | "dataDir">;
  keyring: Keyring;
  log: Pick<Logger, "error" | "warn">;
  installation: Watch;
  port: () => number;
  isReady: () => boolean;
  renderMetrics: RenderMetrics;
  /** Next: gets what nothing here answers. */
  pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

/** One request on its way through the listener. */
type Asked = {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  url: URL;
  requestId: string;
  address: string | null;
};

const isReadByPeople = ({ headers }: IncomingMessage) => headers.accept?.includes("text/html") ?? false;
const isApi = (asked: Asked) => asked.url.pathname.startsWith("/api/");

/** What answers every request: headers and refusals first, then webhooks and REST, and at the end the pages. */
export function makeListener(
  deps: ListenerDeps,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { db, now, env, log } = deps;
  const match = makeMatcher(httpRoutes);
  const receiveWebhook = makeWebhookReceiver({ ...deps, db: deps.ingest, dataDir: env.dataDir });
  const receiveIncident = makeIncidentReceiver({ ...deps, db: deps.ingest });
  const always = securityHeaders(env.MILEPOST_URL);
  const reportBug = (error: unknown, requestId: string) =>
    log.error({ err: error, requestId }, "A request failed");

  async function answerApi(asked: Asked): Promise<HttpAnswer | null> {
    const { request, method, url, requestId } = asked;
    if (url.pathname === "/api/health/live") return json(200, { status: "live" });
    if (url.pathname === "/api/health/ready") return readiness(db, deps.isReady());
    if (url.pathname === "/metrics") {
      const { authorization } = request.headers;
      return answerMetrics(db, { method, authorization, address: asked.address }, deps.renderMetrics);
    }
    const matched = match(method, url.pathname);
    if (matched === null) return null;
    if (matched === "wrong method")
      return json(405, { error: { code: "invalid", message: `${method} is not answered here`, requestId } });
    const readJson = (maxBytes?: number) => readJsonBody(request, maxBytes);
    return answerRoute({ db, now, reportBug }, matched, { ...asked, headers: headersOf(request), readJson });
  }

  async function answer(asked: Asked): Promise<HttpAnswer | null> {
    const { request, response, url, requestId } = asked;
    if (!isOpenBeforeSetup(url.pathname) && !(await deps.installation.isSetUp())) {
      const { status, code, message } = notSetUp;
      if (isApi(asked)) return json(status, { error: { code, message, requestId } });
      return { status: 307, headers: { location: `${setupPath}${url.search}` }, body: null };
    }
    if (url.pathname.startsWith("/api/webhooks/") && url.pathname !== cdEventsPath) {
      const receive = isIncidentWebhook(url.pathname) ? receiveIncident : receiveWebhook;
      await receive(request, response, url, requestId);
      return null;
    }
    const given = await answerApi(asked);
    if (given) return given;
    if (isApi(asked) && !url.pathname.startsWith("/api/trpc/")) {
      const translate = url.pathname.startsWith("/api/catalog/") ? backstageError : milepostError;
      return translate(notFound("Nothing is answered at this address"), 404, asked);
    }
    if (!isFile(url.pathname) && !(await deps.installation.isAnswering()))
      return databaseAwayAnswer({ requestId, isRead: isReadByPeople(request) });
    // Pages and procedures find out by themselves who asks; that a token does not hold is counted here.
    const { authorization } = request.headers;
    if (authorization) await resolveCaller(db, { cookie: null, authorization }, now(), asked.address);
    preparePage(request, response, url, env.MILEPOST_DEV);
    await deps.pages(request, response);
    return null;
  }

  return async (request, response) => {
    const requestId = randomUUID();
    // Ours, never the client's: pages read it back to show it beside an error.
    request.headers["x-request-id"] = requestId;
    response.setHeader("x-request-id", requestId);
    for (const [name, value] of Object.entries(always)) response.setHeader(name, value);
    const url = readAddress(request.url, request.headers.host, env.MILEPOST_URL);
    const asked: Asked = {
      request,
      response,
      method: request.method ?? "GET",
      url: url ?? new URL("http://localhost/"),
      requestId,
      address: clientAddress(request, env.MILEPOST_TRUSTED_PROXIES),
    };
    try {
      const settings = {
        mode: await deps.installation.mode(),
        port: deps.port(),
        ...(env.MILEPOST_URL ? { publicUrl: env.MILEPOST_URL } : {}),
      };
      const refused = url
        ? refusalFor(
            {
              ...readGuarded(request, url.pathname),
              host: askedHost(request, env.MILEPOST_TRUSTED_PROXIES),
            },
            settings,
          )
        : { status: 400, code: "invalid", message: "The address of this request cannot be read" };
      if (refused) {
        const { status, code, message } = refused;
        // The body of a refused request is not read; the connection ends with the answer.
        response.setHeader("connection", "close");
        // Somebody who opened a page gets the sentence, a program the shape that it reads.
        const text = { "content-type": "text/plain; charset=utf-8" };
        return await send(
          asked,
          isReadByPeople(request)
            ? { status, headers: text, body: `${message}.\n\nRequest ${requestId}\n` }
            : json(status, { error: { code, message, requestId } }),
        );
      }
      const given = await answer(asked);
      if (given) await send(asked, given);
    } catch (error) {
      const known = findDomainError(error);
      if (!known) reportBug(error, requestId);
      const told = known ?? findDatabaseAway(error);
      if (response.headersSent) response.destroy();
      else await send(asked, milepostError(told, told ? httpStatus[told.code] : 500, asked));
    }
  };
}

/** As the web's own `Headers` read, without a copy of them all for the two or three that are asked for. */
const headersOf = ({ headers }: IncomingMessage) => ({
  get: (name: string) => headers[name.toLowerCase()]?.toString() ?? null,
});

async function send({ request, response }: Asked, answer: HttpAnswer): Promise<void> {
  // What is left of a body that is too large is not read to its end.
  if (answer.status === 413) response.setHeader("connection", "close");
  const { body } = answer;
  const isWhole = typeof body === "string" || Buffer.isBuffer(body);
  // With its length an answer goes out in one piece, without it in chunks.
  if (isWhole) response.setHeader("content-length", Buffer.byteLength(body));
  response.writeHead(answer.status, answer.headers);
  if (body === null || request.method === "HEAD") response.end();
  else if (isWhole) response.end(body);
  else await streamBody(response, body, answer.mayGoOn);
}
