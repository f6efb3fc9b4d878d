import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { request as ask, type Dispatcher } from "undici";
import { invalid } from "../errors.ts";
import type { Dispatchers } from "./dispatchers.ts";
import { tellFailure } from "./failure.ts";
import { bareHost, type HostRules } from "./host-rules.ts";

export type Limits = {
  /** Of the answer's body, after unpacking. */
  maxBytes: number;
  /** From the first look-up to the last byte: a sender that drips does not get more. */
  timeoutMs: number;
  /** The caller's own reason to stop; its reason is thrown. */
  signal?: AbortSignal | undefined;
};

export type OutsideRequest = Limits & {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: Uint8Array;
};

type Head = { status: number; headers: Record<string, string>; url: string };
export type OutsideAnswer = Head & { body: Buffer };
export type OutsideStream = Head & { body: AsyncIterable<Buffer> };

/** A proxy looks names up by itself; what this machine knows of the name is judged all the same. */
export async function checkProxied(rules: HostRules, url: URL): Promise<void> {
  await rules.addressesOf(bareHost(url.hostname)).catch((error: Error) => {
    if (!/was not found/.test(error.message)) throw error;
  });
}

/** Asks once, follows nothing, and hands the body on as it comes, counted. Throws the refusal or what failed. */
export async function exchange(
  rules: HostRules,
  dispatchers: Dispatchers,
  request: OutsideRequest,
): Promise<OutsideStream> {
  const url = rules.admit(request.url);
  const deadline = AbortSignal.timeout(request.timeoutMs);
  const { timeoutMs, signal } = request;
  const tell = (error: unknown) => tellFailure(error, { host: url.host, timeoutMs, deadline, signal });
  try {
    if (dispatchers.isProxied(url)) await checkProxied(rules, url);
    const answer = await ask(url, {
      dispatcher: dispatchers.of(url),
      method: request.method as Dispatcher.HttpMethod,
      headers: sendable(request.headers),
      body: request.body ?? null,
      signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
    });
    const headers = flatten(answer.headers);
    const body = unpack(answer.body, headers["content-encoding"]);
    return {
      status: answer.statusCode,
      headers,
      url: request.url,
      body: capped(body, { host: url.host, maxBytes: request.maxBytes, tell }),
    };
  } catch (error) {
    throw tell(error);
  }
}

/** Headers that the connection itself decides about are not the caller's. */
function sendable(headers: Record<string, string>): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) =>
      !/^(host|connection|content-length|transfer-encoding|expect|upgrade|keep-alive|proxy-.*)$/i.test(name),
  );
  return Object.fromEntries([
    ["user-agent", "Milepost"],
    ...kept.map(([name, value]) => [name.toLowerCase(), value]),
  ]);
}

const flatten = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );

const unpackers = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/** Nothing asks for packed answers; some servers send them all the same. */
function unpack(body: Readable, encoding = ""): AsyncIterable<Buffer> {
  const make = unpackers.get(encoding.trim().toLowerCase());
  // Failures arrive where the unpacked stream is read.
  return make ? pipeline(body, make(), () => {}) : body;
}

async function* capped(
  body: AsyncIterable<Buffer>,
  about: { host: string; maxBytes: number; tell: (error: unknown) => unknown },
): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const part of body) {
      size += part.byteLength;
      if (size > about.maxBytes)
        throw invalid(`${about.host} sends more than ${Math.round(about.maxBytes / 1_000_000)} MB`);
      yield part;
    }
  } catch (error) {
    throw about.tell(error);
  }
}
