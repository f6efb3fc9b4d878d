import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { readRange } from "#server/core/outside/address-class.ts";

type Asked = { headers: IncomingMessage["headers"]; socket: { remoteAddress?: string | undefined } };

const prepared = new WeakMap<readonly string[], BlockList>();

function listOf(trustedProxies: readonly string[]): BlockList {
  const known = prepared.get(trustedProxies);
  if (known) return known;
  const list = new BlockList();
  for (const range of trustedProxies.map(readRange))
    if (range) list.addSubnet(range.address, range.bits, range.family);
  prepared.set(trustedProxies, list);
  return list;
}

/**
 * Who asks, as an address; null where the connection has none. X-Forwarded-For is read from the right, one entry for
 * each proxy of MILEPOST_TRUSTED_PROXIES: what stands left of the first address that is not trusted was written by
 * whoever asks. An entry that is no address makes all of it worthless: then it is the connection's own address.
 */
export function clientAddress(request: Asked, trustedProxies: readonly string[]): string | null {
  const direct = plain(request.socket.remoteAddress ?? "");
  if (direct === null || trustedProxies.length === 0) return direct;
  const trusted = listOf(trustedProxies);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  const header = request.headers["x-forwarded-for"];
  const entries = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",");
  let current = direct;
  while (isTrusted(current)) {
    const entry = entries.pop();
    if (entry === undefined || (entry.trim() === "" && entries.length === 0)) return current;
    const next = plain(entry);
    if (next === null) return direct;
    current = next;
  }
  return current;
}

/**
 * The host that the browser asked for. A trusted proxy that does not pass the Host header on says it in X-Forwarded-Host,
 * once: a list of them was begun by whoever asks.
 */
export function askedHost(request: Asked, trustedProxies: readonly string[]): string | undefined {
  const direct = plain(request.socket.remoteAddress ?? "");
  const forwarded = request.headers["x-forwarded-host"];
  if (direct === null || typeof forwarded !== "string" || forwarded.includes(","))
    return request.headers.host;
  const isTrusted = listOf(trustedProxies).check(direct, isIP(direct) === 4 ? "ipv4" : "ipv6");
  return isTrusted ? forwarded.trim() : request.headers.host;
}

/** An address without port, brackets and the IPv6 form of an IPv4 address; null for anything else. */
function plain(text: string): string | null {
  if (isIP(text) === 4) return text;
  const bare = text
    .trim()
    .replace(/^\[(.*)\](?::\d{1,5})?$/, "$1")
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, "$1")
    .replace(/%.*$/, "");
  return isIP(bare) === 0 ? null : ipaddr.process(bare).toString();
}
