import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { EventLine } from "#server/audit/event-lines.ts";

export type Taken = { lines: EventLine[]; headers: IncomingMessage["headers"] };

/** A collector over HTTP; `answer` decides what each request gets. */
export async function collect(answer: (count: number) => number) {
  const taken: Taken[] = [];
  const server = createHttpServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const lines = Buffer.concat(parts).toString().trimEnd().split("\n");
      taken.push({ lines: lines.map((line) => JSON.parse(line) as EventLine), headers: request.headers });
      response.writeHead(answer(taken.length)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`;
  return { taken, address, close: () => server.close() };
}

/** For the name localhost, by its own authority; made for this test, and of no use elsewhere. */
export const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjKLgRKdguJjV9Mwy
vs4XDUGy4X1ce+JwruBJlaD0GdGhRANCAATo28BxnS95vSTFJ3Ip5UK6TSIMqm97
EIGpJ8nMGj8uczqcBJVGh0QZ3R+VxEz/KRfru6diysuzwpBk5ezGIJ6y
-----END PRIVATE KEY-----`;
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIUTfmaQvR158wR7Ndmh31Qu8mibxUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA3NDI1NFoYDzIxMjYxMDI4
MDc0MjU0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATo28BxnS95vSTFJ3Ip5UK6TSIMqm97EIGpJ8nMGj8uczqcBJVGh0QZ
3R+VxEz/KRfru6diysuzwpBk5ezGIJ6yo2kwZzAdBgNVHQ4EFgQU5Nu/S393/HI4
PBDJ1D2YpDLIRsswHwYDVR0jBBgwFoAU5Nu/S393/HI4PBDJ1D2YpDLIRsswFAYD
VR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
RwAwRAIgB1al/U+TTzKvz8fNIgUQpe7iRX2AudIfZPyx4YhkL84CIF4oVy4PBgXK
G2v3pFcNHf6T+IMDDhbog2OsgAmvIh4y
-----END CERTIFICATE-----`;

/** A syslog server over TCP or TLS that takes frames as RFC 6587 counts them. */
export async function listen(
  onConnection: (count: number) => "take" | "reset",
  secure?: { key: string; cert: string },
) {
  const messages: string[] = [];
  let connected = 0;
  const take = (socket: Socket) => {
    connected += 1;
    if (onConnection(connected) === "reset") return socket.resetAndDestroy();
    let rest = Buffer.alloc(0);
    socket.on("data", (part) => {
      rest = Buffer.concat([rest, part]);
      for (;;) {
        const blank = rest.indexOf(" ");
        const length = Number(rest.subarray(0, Math.max(blank, 0)).toString());
        if (blank < 1 || rest.length < blank + 1 + length) return;
        messages.push(rest.subarray(blank + 1, blank + 1 + length).toString());
        rest = rest.subarray(blank + 1 + length);
      }
    });
    socket.on("end", () => socket.end());
    socket.on("error", () => {});
  };
  const server = secure ? createTlsServer(secure, take) : createTcpServer(take);
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    messages,
    address: `syslog+${secure ? "tls" : "tcp"}://127.0.0.1:${port}`,
    close: () => server.close(),
  };
}
