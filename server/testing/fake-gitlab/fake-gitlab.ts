import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { FakeState } from "../fake-github/state.ts";
import { type Answer, type FakeGitlab, missing } from "./route.ts";
import { routes } from "./routes.ts";

/** Serves it on loopback until the test ends. */
export async function serveFakeGitlab(): Promise<FakeGitlab> {
  const server = createServer((request, response) => {
    respond(fake, request, response).catch((error: Error) =>
      response.writeHead(500).end(String(error.stack)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const webUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeGitlab = {
    state: new FakeState(),
    webUrl,
    apiUrl: `${webUrl}/api/v4`,
    token: "glpat-of-ana",
    asked: [],
    statuses: [],
  };
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return fake;
}

async function respond(fake: FakeGitlab, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", fake.webUrl);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const path = url.pathname.replace(/^\/api\/v4/, "");
  const method = request.method ?? "GET";
  const {
    status = 200,
    headers = {},
    body,
  } = answer(fake, { method, path, url, request, text: Buffer.concat(parts).toString() });
  fake.asked.push({ method, path: path + url.search, status });
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(bytes);
}

function answer(
  fake: FakeGitlab,
  {
    method,
    path,
    url,
    request,
    text,
  }: { method: string; path: string; url: URL; request: IncomingMessage; text: string },
): Answer {
  if (request.headers.authorization !== `Bearer ${fake.token}`)
    return { status: 401, body: { message: "401 Unauthorized" } };
  for (const [wanted, pattern, handle] of routes) {
    const found = wanted === method ? pattern.exec(path) : null;
    if (!found) continue;
    const params = found.slice(1).map((part) => decodeURIComponent(part ?? ""));
    const given = handle({ fake, params, query: url.searchParams, body: text ? JSON.parse(text) : {} });
    return Array.isArray(given.body) ? paged(given, given.body, url) : given;
  }
  return missing;
}

function paged(given: Answer, rows: unknown[], url: URL): Answer {
  const size = Number(url.searchParams.get("per_page") ?? 20);
  const page = Number(url.searchParams.get("page") ?? 1);
  if (rows.length <= page * size) return { ...given, body: rows.slice((page - 1) * size) };
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  const headers = { link: `<${next}>; rel="next"` };
  return { ...given, headers, body: rows.slice((page - 1) * size, page * size) };
}
