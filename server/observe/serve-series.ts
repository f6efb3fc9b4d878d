import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export type OwnListener = { port: number; close: () => Promise<void> };

/** A listener for what only machines ask: `GET /metrics`. It asks nobody who they are, so it belongs on a closed network. */
export function serveSeries(
  address: { host: string; port: number },
  render: () => Promise<{ contentType: string; text: string }>,
): Promise<OwnListener> {
  const answer: RequestListener = (request, response) => {
    const path = request.url?.split("?")[0];
    if (path !== "/metrics" || !["GET", "HEAD"].includes(request.method ?? ""))
      return void response.writeHead(path === "/metrics" ? 405 : 404).end();
    render().then(
      ({ contentType, text }) =>
        response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" }).end(text),
      () => response.writeHead(500).end(),
    );
  };
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, answer);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.removeListener("error", reject);
      server.on("error", () => {});
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
