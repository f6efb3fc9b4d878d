import type { IncomingMessage } from "node:http";
import type { Slots } from "./slots.ts";

export type RawBody =
  | { state: "read"; body: Buffer; release: () => void }
  | { state: "too large" }
  | { state: "busy" }
  | { state: "too slow" }
  | { state: "gone" };

export type RawBodyLimits = {
  maxBytes: number;
  /** From here on a body is a large one: all of them together have to fit into `large`, counted in bytes. */
  largeBytes: number;
  /** A sender that dribbles must not hold a place for ever. */
  timeoutMs: number;
  large: Slots;
};

/**
 * Reads a body as it came, counting what streams in: a Content-Length may lie or be absent. A large one waits, unread,
 * for a place, and keeps it until `release`. After any other answer than "read" the rest flows past unkept, so that the
 * sender gets to read why.
 */
export async function readRawBody(request: IncomingMessage, limits: RawBodyLimits): Promise<RawBody> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limits.maxBytes) return { state: "too large" };
  const place = { release: () => {}, isGivenUp: false };
  const takeLarge = async (bytes: number) => {
    const release = await limits.large.take(bytes);
    if (!release) return false;
    // The sender may have hung up while its body waited in line: nobody else would free what comes now.
    if (place.isGivenUp) release();
    else place.release = release;
    return true;
  };
  if (announced > limits.largeBytes && !(await takeLarge(announced))) return { state: "busy" };
  const read = await collect(
    request,
    limits,
    announced > limits.largeBytes ? null : () => takeLarge(limits.maxBytes),
  );
  if (Buffer.isBuffer(read)) return { state: "read", body: read, release: place.release };
  place.isGivenUp = true;
  place.release();
  request.resume();
  return { state: read };
}

type Failure = "too large" | "busy" | "too slow" | "gone";

/** `takeLarge` is asked once, when a body turns out to be large although it did not say so. */
function collect(
  request: IncomingMessage,
  limits: RawBodyLimits,
  takeLarge: (() => Promise<boolean>) | null,
): Promise<Buffer | Failure> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    let hasPlace = takeLarge === null;
    const finish = (result: Buffer | Failure) => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onGone).off("error", onGone);
      // Whatever breaks from here on concerns nobody; without a listener it would end the process.
      request.on("error", () => {});
      resolve(result);
    };
    const onData = (part: Buffer) => {
      size += part.byteLength;
      if (size > limits.maxBytes) return finish("too large");
      parts.push(part);
      if (hasPlace || !takeLarge || size <= limits.largeBytes) return;
      hasPlace = true;
      request.pause();
      void takeLarge().then((isTaken) => (isTaken ? request.resume() : finish("busy")));
    };
    const onEnd = () => finish(Buffer.concat(parts, size));
    const onGone = () => finish("gone");
    const timer = setTimeout(() => finish("too slow"), limits.timeoutMs);
    request.on("data", onData).on("end", onEnd).on("close", onGone).on("error", onGone);
  });
}
