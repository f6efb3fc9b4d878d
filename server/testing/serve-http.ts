import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Certified } from "./certificates.ts";

type Served = { port: number; asked: IncomingMessage[]; server: Server };

/** A server on a free loopback port until the test ends, with TLS where it has a certificate; `asked` is all it was asked. */
export async function serveHttp(answer: RequestListener, certified?: Certified): Promise<Served> {
  const asked: IncomingMessage[] = [];
  const note: RequestListener = (request, response) => {
    asked.push(request);
    answer(request, response);
  };
  const server = certified ? createSecureServer(certified, note) : createServer(note);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked, server };
}
