import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { invalid } from "./errors.ts";

/** The one door to the network. Only what is handed an Outside can use it; verbs never are. */
export type Outside = {
  /** GET within limits; follows up to five redirects, each checked like the first address. */
  get: (
    url: string,
    options?: { maxBytes?: number; timeoutMs?: number; headers?: Record<string, string> },
  ) => Promise<OutsideAnswer>;
  /** Sends a request of a protocol client (git); redirects are not followed. */
  send: (request: {
    url: string;
    method: string;
    headers: Record<string, string>;
    body?: Uint8Array;
    maxBytes: number;
    timeoutMs: number;
  }) => Promise<OutsideAnswer>;
  /** Throws the sentence that refuses the address; resolves when it may be used. */
  check: (url: string) => Promise<void>;
};

export type OutsideAnswer = { status: number; headers: Record<string, string>; body: Buffer; url: string };

const privateRanges = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const)
  privateRanges.addSubnet(address, bits, "ipv4");
const publicV6 = new BlockList();
publicV6.addSubnet("2000::", 3, "ipv6");
const reservedV6 = new BlockList();
for (const [address, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  reservedV6.addSubnet(address, bits, "ipv6");

/** True for addresses that a public service can have: neither loopback, private, link-local, mapped, NAT64 nor reserved. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !privateRanges.check(address, "ipv4");
  return isIP(address) === 6 && publicV6.check(address, "ipv6") && !reservedV6.check(address, "ipv6");
}

/**
 * Opens the door for a list of hosts. A host may carry a port (`git.example.com:8443`); one that is written as a
 * loopback or private address is then allowed by that very entry, since somebody who runs the portal wrote it down.
 */
export function makeOutside(allowedHosts: readonly string[]): Outside {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));

  async function check(address: string): Promise<void> {
    const url = URL.parse(address);
    if (!url || !/^https?:$/.test(url.protocol))
      throw invalid(`"${clip(address)}" is not a web address: it has to begin with https://`);
    if (url.username || url.password)
      throw invalid(
        `The address of ${url.host} carries a user name or password: leave it out of the address`,
      );
    const host = url.hostname.toLowerCase();
    const isListed = allowed.has(url.host.toLowerCase()) || (url.port === "" && allowed.has(host));
    if (!isListed)
      throw invalid(
        `The host ${url.host} is not one that Milepost may read from: add it to MILEPOST_ALLOWED_HOSTS and start again`,
      );
    const bare = host.replace(/^\[|\]$/g, "");
    if (isIP(bare) || host === "localhost") return;
    if (url.protocol !== "https:") throw invalid(`${url.host} has to be reached over https://`);
    const found = await lookup(bare, { all: true }).catch(() => {
      throw invalid(`The host ${url.host} was not found: check its name and this machine's DNS`);
    });
    const inner = found.find((entry) => !isPublicAddress(entry.address));
    if (inner)
      throw invalid(`The host ${url.host} points into a private network, which Milepost does not read from`);
  }

  async function send(request: Parameters<Outside["send"]>[0]): Promise<OutsideAnswer> {
    await check(request.url);
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body ? Buffer.from(request.body) : null,
      redirect: "manual",
      signal: AbortSignal.timeout(request.timeoutMs),
    }).catch((error: unknown) => {
      const host = URL.parse(request.url)?.host ?? "the host";
      const isLate = error instanceof Error && error.name === "TimeoutError";
      throw invalid(
        isLate
          ? `${host} did not answer within ${request.timeoutMs / 1000} s`
          : `${host} could not be reached`,
      );
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readCapped(response, request.maxBytes),
      url: request.url,
    };
  }

  async function get(url: string, options: Parameters<Outside["get"]>[1] = {}): Promise<OutsideAnswer> {
    let address = url;
    for (let hop = 0; hop <= 5; hop += 1) {
      const answer = await send({
        url: address,
        method: "GET",
        headers: options.headers ?? {},
        maxBytes: options.maxBytes ?? 5_000_000,
        timeoutMs: options.timeoutMs ?? 15_000,
      });
      const next = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined;
      if (!next) return answer;
      address = new URL(next, address).toString();
    }
    throw invalid(`${URL.parse(url)?.host} redirects more than five times`);
  }

  return { check, send, get };
}

async function readCapped(response: Response, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes)
      throw invalid(
        `${URL.parse(response.url)?.host} sends more than ${Math.round(maxBytes / 1_000_000)} MB`,
      );
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const clip = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
