import type { IncomingMessage } from "node:http";
import { DomainError, invalid } from "#server/core/errors.ts";
import { readJsonText, refuseJsonShape } from "#server/core/json-text.ts";
import { readRawBody } from "#server/http/read-raw-body.ts";
import { Slots } from "#server/http/slots.ts";

/** All large bodies that are read at one time have to fit into this; small ones never wait. */
const large = new Slots(16_000_000, { waiting: 200, timeoutMs: 8_000 });

const tooLarge = (maxBytes: number) =>
  new DomainError(
    "too_large",
    `The body is larger than the ${Math.round(maxBytes / 1000)} kB that are accepted here`,
  );

/**
 * Reads a JSON body of at most `maxBytes`, counted while it streams: a Content-Length may lie or be absent.
 * Throws a DomainError with a sentence for everything that is wrong with it.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes = 1_000_000): Promise<unknown> {
  const raw = await readRawBody(request, { maxBytes, largeBytes: 100_000, timeoutMs: 30_000, large });
  if (raw.state === "too large") throw tooLarge(maxBytes);
  if (raw.state === "busy")
    throw new DomainError("unavailable", "Too many large requests at once: try again in a minute");
  if (raw.state !== "read") throw invalid("The body did not arrive in time");
  try {
    return readJsonText(raw.body.toString("utf8"));
  } finally {
    raw.release();
  }
}

/**
 * For a request in the web's form, as Next hands it on: the request with its body read and judged by size and shape, as is
 * the JSON in its address (`input`). Throws a DomainError with a sentence.
 */
export async function judgeRequest(request: Request, maxBytes = 1_000_000): Promise<Request> {
  const input = new URL(request.url).searchParams.get("input");
  if (input !== null) refuseJsonShape(input);
  if (!request.body) return request;
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  refuseJsonShape(text);
  const { url, method, headers, signal } = request;
  return new Request(url, { method, headers, signal, ...(text === "" ? {} : { body: text }) });
}
