import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { apiTokens, sessions, users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { sessionCookieName } from "#server/auth/cookie.ts";
import type { HttpRoute } from "#server/http/route.ts";
import { answerRoute, type MatchedRoute, makeMatcher } from "#server/http/router.ts";
import { createToken } from "#server/identity/create-token.ts";
import { startSession } from "#server/identity/start-session.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { streamBody } from "./stream-body.ts";

const kilobyte = "x".repeat(1_023).concat("\n");

/** More than fits into the buffers of a connection whose reader does not read; the short one ends by itself. */
async function* lines(count: number) {
  for (let line = 0; line < count; line += 1) yield kilobyte;
}

const routes: HttpRoute[] = [
  {
    method: "GET",
    path: "/long",
    access: "signed in",
    handle: async () => ({ status: 200, body: lines(1e6) }),
  },
  {
    method: "GET",
    path: "/short",
    access: "signed in",
    handle: async () => ({ status: 200, body: lines(20_000) }),
  },
];

/** Routes with bodies in parts, sent as the listener sends them. */
async function serve(db: Db): Promise<{ port: number; close: () => Promise<void> }> {
  const match = makeMatcher(routes);
  const deps = { db, now: () => new Date(), reportBug: () => {} };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const matched = match("GET", url.pathname) as MatchedRoute;
    const headers = new Headers(request.headers as Record<string, string>);
    const about = { method: "GET", url, headers, requestId: "r1", address: null, readJson: async () => null };
    const { status, body, mayGoOn } = await answerRoute(deps, matched, about);
    response.writeHead(status);
    await streamBody(response, body as AsyncIterable<string>, mayGoOn);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** A reader that takes the first part of the answer and then stops reading, with its connection open. */
async function beginToRead(
  port: number,
  path: string,
  header: string,
): Promise<{ socket: Socket; ended: Promise<void> }> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n${header}\r\n\r\n`);
  await new Promise<void>((resolve) => {
    socket.once("data", () => {
      socket.pause();
      resolve();
    });
  });
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
    socket.once("error", () => resolve());
  });
  return { socket, ended };
}

const cookie = (token: string) => `cookie: ${sessionCookieName()}=${token}`;
const browser = { userAgent: null, address: null, replaces: null };

test("a stream to a slow reader is cut when the session, the token or the person ends", async ({ db }) => {
  const { port, close } = await serve(db);
  const [user, other] = [await makeUser(db, "developer"), await makeUser(db, "developer")];
  const begin = (userId: string) => startSession(as(db), { userId, via: "link", browser });
  const [ended, disabled] = [await begin(user.id), await begin(other.id)];
  const admin = await makeUser(db, "admin");
  const token = await createToken(as(db, admin), { name: "Reader", role: "developer", scopes: ["read"] });
  const readers = [
    await beginToRead(port, "/long", cookie(ended.sessionToken)),
    await beginToRead(port, "/long", cookie(disabled.sessionToken)),
    await beginToRead(port, "/long", `authorization: Bearer ${token.token}`),
  ];
  await db.delete(sessions).where(eq(sessions.id, ended.sessionId));
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, other.id));
  await db.update(apiTokens).set({ revokedAt: new Date() }).where(eq(apiTokens.id, token.id));
  // Nobody reads meanwhile; whoever reads on then gets what was in flight, and never the gigabyte.
  await new Promise((resolve) => setTimeout(resolve, 4_500));
  const sizes = readers.map(({ socket, ended: end }) => {
    let bytes = 0;
    socket.on("data", (part) => {
      bytes += part.length;
    });
    socket.resume();
    return end.then(() => bytes);
  });
  for (const bytes of await Promise.all(sizes)) expect(bytes).toBeLessThan(50_000_000);
  await close();
});

test("a stream to a slow reader who may have it comes to its end", async ({ db }) => {
  const { port, close } = await serve(db);
  const user = await makeUser(db, "developer");
  const { sessionToken } = await startSession(as(db), { userId: user.id, via: "link", browser });
  const { socket, ended } = await beginToRead(port, "/short", cookie(sessionToken));
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  let end = "";
  socket.on("data", (part) => {
    end = (end + part.toString("latin1")).slice(-7);
  });
  socket.resume();
  await ended;
  expect(end).toBe("\r\n0\r\n\r\n");
  await close();
});
