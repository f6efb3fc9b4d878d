import type { Socket } from "node:net";
import { securityHeaders } from "./security-headers.ts";

/** What one connection may cost before anything is known about who asks. The address counts as a header. */
export const serverLimits = {
  keepAliveTimeout: 65_000,
  requestTimeout: 120_000,
  headersTimeout: 20_000,
  maxHeaderSize: 32_768,
};

const answers: Readonly<Record<string, [status: string, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    "431 Request Header Fields Too Large",
    "too_large",
    "The address and headers are larger than 32 kB: send a long query by POST",
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "invalid", "The request did not arrive in time"],
};
const unreadable = ["400 Bad Request", "invalid", "The request is not readable as HTTP"] as const;

/** Answers what never becomes a request, with the same headers as everything else, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, code, message] = answers[error.code ?? ""] ?? unreadable;
  const body = JSON.stringify({ error: { code, message } });
  const headers = {
    ...securityHeaders(undefined),
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}
