import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Db } from "#db/types.ts";
import type { HttpRoute } from "#server/http/route.ts";
import { answerRoute, makeMatcher } from "#server/http/router.ts";
import { streamBody } from "#server/web/stream-body.ts";

/** A table of REST routes behind a real listener on loopback, without what stands in front of it in the product. */
export async function serveRoutes(
  db: Db,
  routes: readonly HttpRoute[],
  now: () => Date = () => new Date(),
): Promise<{ address: string; close: () => Promise<void> }> {
  const match = makeMatcher(routes);
  const bugs: unknown[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = request.method ?? "GET";
    const matched = match(method, url.pathname);
    if (matched === null || matched === "wrong method") return void response.writeHead(404).end();
    const headers = new Headers(request.headers as Record<string, string>);
    const address = request.socket.remoteAddress ?? null;
    const about = { method, url, headers, requestId: "r1", address, readJson: () => readJson(request) };
    const deps = { db, now, reportBug: (error: unknown) => void bugs.push(error) };
    const given = await answerRoute(deps, matched, about);
    response.writeHead(given.status, given.headers);
    const { body } = given;
    if (body === null || typeof body === "string" || Buffer.isBuffer(body)) response.end(body ?? undefined);
    else await streamBody(response, body, given.mayGoOn);
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      if (bugs.length > 0) throw bugs[0];
    },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const part of request) text += String(part);
  return JSON.parse(text);
}
