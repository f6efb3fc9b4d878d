import { expect, test } from "vitest";
import { askedHost, clientAddress } from "./client-address.ts";

const asked = (remoteAddress: string | undefined, forwarded?: string) => ({
  headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  socket: { remoteAddress },
});
const proxies = ["10.0.0.0/8", "192.0.2.10", "fd00::/8"];

test.each([
  ["nobody is trusted", [], "10.0.0.1", "203.0.113.5", "10.0.0.1"],
  ["a stranger's header counts nothing", proxies, "198.51.100.1", "203.0.113.5", "198.51.100.1"],
  ["one proxy", proxies, "10.0.0.1", "203.0.113.5", "203.0.113.5"],
  ["two proxies", proxies, "10.0.0.1", "203.0.113.5, 192.0.2.10", "203.0.113.5"],
  ["what the client wrote itself", proxies, "10.0.0.1", "127.0.0.1, 203.0.113.5", "203.0.113.5"],
  ["a client that writes a proxy's address", proxies, "10.0.0.1", "10.0.0.9, 203.0.113.5", "203.0.113.5"],
  ["only proxies", proxies, "10.0.0.1", "10.0.0.9, 10.0.0.8", "10.0.0.9"],
  ["no header", proxies, "10.0.0.1", undefined, "10.0.0.1"],
  ["an empty header", proxies, "10.0.0.1", " ", "10.0.0.1"],
  ["a word", proxies, "10.0.0.1", "unknown", "10.0.0.1"],
  ["nonsense behind a good entry", proxies, "10.0.0.1", "203.0.113.5, <script>", "10.0.0.1"],
  ["odd numbers", proxies, "10.0.0.1", "0x7f.1", "10.0.0.1"],
  ["ports", proxies, "10.0.0.1", "203.0.113.5:4711", "203.0.113.5"],
  ["IPv6", proxies, "fd00::1", "2001:db8::5", "2001:db8::5"],
  ["IPv6 with a port", proxies, "fd00::1", "[2001:db8::5]:443", "2001:db8::5"],
  ["IPv4 as IPv6", proxies, "::ffff:10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"],
  ["a socket without an address", proxies, undefined, "203.0.113.5", null],
])("%s", (_, trusted, socket, header, address) => {
  expect(clientAddress(asked(socket, header), trusted)).toBe(address);
});

test.each([
  ["nobody is trusted", [], "10.0.0.1", "portal.example.com", "inner:3000"],
  ["a trusted proxy's word", proxies, "10.0.0.1", "portal.example.com", "portal.example.com"],
  ["a stranger's word", proxies, "198.51.100.1", "portal.example.com", "inner:3000"],
  ["a list, begun by whoever asks", proxies, "10.0.0.1", "portal.example.com, inner", "inner:3000"],
  ["no word at all", proxies, "10.0.0.1", undefined, "inner:3000"],
])("the host that was asked for: %s", (_, trusted, remoteAddress, forwarded, host) => {
  const headers = { host: "inner:3000", ...(forwarded ? { "x-forwarded-host": forwarded } : {}) };
  expect(askedHost({ headers, socket: { remoteAddress } }, trusted)).toBe(host);
});
