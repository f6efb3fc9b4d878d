import type { IncomingMessage } from "node:http";
import { DomainError, invalid } from "#server/core/errors.ts";

/** Reads a body of at most `maxBytes`, counted while it streams: a Content-Length may lie or be absent. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new DomainError(
      "too_large",
      `The body is larger than the ${Math.round(maxBytes / 1000)} kB that are accepted here`,
    );
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > maxBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export async function readJsonBody(request: IncomingMessage, maxBytes = 1_000_000): Promise<unknown> {
  const body = await readBody(request, maxBytes);
  const text = body.toString("utf8");
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(text)) throw invalid("The body holds a NUL character: leave it out");
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("The body is not readable as JSON");
  }
}
