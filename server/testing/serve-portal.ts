import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Db } from "#db/types.ts";
import { answerClientError, serverLimits } from "#server/web/client-error.ts";
import { type ListenerDeps, makeListener } from "#server/web/listener.ts";
import { testKeyring } from "./keyring.ts";

export type ServedPortal = {
  address: string;
  /** What reached the pages, which are not Next here: a plain text of their own. */
  paged: { method: string; url: string; headers: IncomingMessage["headers"] }[];
  bugs: unknown[];
  close: () => Promise<void>;
};

/** The portal's own listener on a free port, with everything in front of the pages, and a stand-in for Next. */
export async function servePortal(db: Db, changed: Partial<ListenerDeps> = {}): Promise<ServedPortal> {
  const paged: ServedPortal["paged"] = [];
  const bugs: unknown[] = [];
  const pages = async (request: IncomingMessage, response: ServerResponse) => {
    paged.push({ method: request.method ?? "", url: request.url ?? "", headers: { ...request.headers } });
    response.writeHead(200, { "content-type": "text/plain" }).end("a page");
  };
  const serve = makeListener({
    db,
    ingest: db,
    now: () => new Date(),
    env: { MILEPOST_TRUSTED_PROXIES: [], MILEPOST_DEV: false, dataDir: "/" },
    keyring: testKeyring,
    log: { error: (...said: unknown[]) => bugs.push(said), warn: () => {} },
    installation: {
      mode: async () => "evaluation",
      isSetUp: async () => true,
      isAnswering: async () => true,
    },
    port: () => (server.address() as AddressInfo).port,
    isReady: () => true,
    renderMetrics: async () => ({ contentType: "text/plain", text: "" }),
    pages,
    ...changed,
  });
  const server = createServer(serverLimits, (request, response) => void serve(request, response));
  server.on("clientError", answerClientError);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paged, bugs, close };
}
