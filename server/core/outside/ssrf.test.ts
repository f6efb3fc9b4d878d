import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeOutside } from "../outside.ts";

/** Everything that arrives at this machine while the door is asked for what it must not open. */
let seen = 0;
let port = 0;
const listeners: TcpServer[] = [];
let redirecting: Server;
let target = "";

const listen = (server: TcpServer | Server, at: number, host: string) =>
  new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(at, host, () => resolve(true));
  });

beforeAll(async () => {
  for (const host of ["0.0.0.0", "::"]) {
    const server = createTcpServer((socket) => {
      seen += 1;
      socket.destroy();
    });
    // Without IPv6 there is nothing to reach by it either.
    if (await listen(server, port, host)) listeners.push(server);
    port ||= ((listeners[0] as TcpServer).address() as AddressInfo).port;
  }
  redirecting = createServer((_, response) => response.writeHead(302, { location: target }).end());
  await listen(redirecting, 0, "127.0.0.1");
});
afterAll(() => {
  for (const server of [...listeners, redirecting]) server.close();
});

type Part = readonly [name: string, host: string];

/** Addresses that nobody outside may make the portal ask: loopback, private, link-local, metadata, reserved. */
const inner: readonly (readonly [string, readonly [number, number, number, number]])[] = [
  ["loopback", [127, 0, 0, 1]],
  ["loopback, another", [127, 9, 8, 7]],
  ["this network", [0, 0, 0, 0]],
  ["metadata", [169, 254, 169, 254]],
  ["metadata of containers", [169, 254, 170, 2]],
  ["metadata of another cloud", [100, 100, 100, 200]],
  ["ten", [10, 0, 0, 1]],
  ["home", [192, 168, 0, 1]],
  ["office", [172, 16, 0, 1]],
  ["carrier", [100, 64, 0, 1]],
  ["broadcast", [255, 255, 255, 255]],
];

const hex = (value: number) => value.toString(16);
const octal = (value: number) => `0${value.toString(8)}`;

/** All the ways in which a reader of addresses takes these four numbers for one. */
function spellings([a, b, c, d]: readonly [number, number, number, number]): Part[] {
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const dotted = `${a}.${b}.${c}.${d}`;
  const groups = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
  return [
    ["dotted", dotted],
    ["with a dot behind", `${dotted}.`],
    ["decimal", String(whole)],
    ["hexadecimal", `0x${hex(whole)}`],
    ["hexadecimal in capitals", `0X${hex(whole).toUpperCase()}`],
    ["octal", `0${whole.toString(8)}`],
    ["octal parts", [a, b, c, d].map(octal).join(".")],
    ["octal with zeroes before", [a, b, c, d].map((part) => `000${octal(part)}`).join(".")],
    ["hexadecimal parts", [a, b, c, d].map((part) => `0x${hex(part)}`).join(".")],
    ["mixed", `${a}.0x${hex(b)}.${octal(c)}.${d}`],
    ["three parts", `${a}.${b}.${c * 256 + d}`],
    ["two parts", `${a}.${(b * 256 + c) * 256 + d}`],
    ["full-width digits", dotted.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
    ["full-width dots", dotted.replaceAll(".", "\u3002")],
    ["circled digits", dotted.replace(/[1-9]/g, (digit) => String.fromCharCode(0x245f + Number(digit)))],
    ["percent-encoded", dotted.replaceAll(".", "%2e")],
    ["mapped", `[::ffff:${dotted}]`],
    ["mapped in hexadecimal", `[::ffff:${groups}]`],
    ["compatible", `[::${dotted}]`],
    ["translated", `[::ffff:0:${dotted}]`],
    ["NAT64", `[64:ff9b::${dotted}]`],
    ["local NAT64", `[64:ff9b:1::${groups}]`],
    ["6to4", `[2002:${groups}::1]`],
    ["Teredo", `[2001:0:${groups}::1]`],
  ];
}

const names: readonly Part[] = [
  ["localhost", "localhost"],
  ["LOCALHOST", "LOCALHOST"],
  ["localhost with a dot", "localhost."],
  ["below localhost", "portal.localhost"],
  ["this machine", "ip6-localhost"],
  ["IPv6 loopback", "[::1]"],
  ["IPv6 loopback in full", "[0:0:0:0:0:0:0:1]"],
  ["IPv6 nothing", "[::]"],
  ["link-local", "[fe80::1]"],
  ["unique local", "[fc00::1]"],
  ["unique local, another", "[fd12:3456:789a::1]"],
  ["site-local", "[fec0::1]"],
  ["multicast", "[ff02::1]"],
  ["IPv6 metadata", "[fd00:ec2::254]"],
  ["documentation", "[2001:db8::1]"],
  ["metadata by name", "metadata.google.internal"],
  ["a name inside", "intranet.example"],
  ["a name with one good and one bad address", "two-faced.example"],
  ["a name that is mapped", "mapped.example"],
  ["a name that is NAT64", "nat64.example"],
  ["a public suffix for any address", "127.0.0.1.nip.example"],
];

/** What name servers would say; names that are not here do not exist. */
const dns: Record<string, string[]> = {
  localhost: ["127.0.0.1", "::1"],
  "localhost.": ["127.0.0.1"],
  "portal.localhost": ["127.0.0.1"],
  "ip6-localhost": ["::1"],
  "metadata.google.internal": ["169.254.169.254"],
  "intranet.example": ["10.20.30.40"],
  "two-faced.example": ["127.0.0.1", "93.184.216.34"],
  "mapped.example": ["::ffff:127.0.0.1"],
  "nat64.example": ["64:ff9b::7f00:1"],
  "127.0.0.1.nip.example": ["127.0.0.1"],
};
const resolve = async (host: string) =>
  (dns[host] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

const forms: readonly Part[] = [
  ...inner.flatMap(([name, parts]) =>
    spellings(parts).map(([form, host]): Part => [`${name}, ${form}`, host]),
  ),
  ...names,
];

/** Written so that one reader sees the first host and another one the second. */
const doubtful = (at: number): readonly Part[] => [
  ["a user name", `https://github.com@127.0.0.1:${at}/`],
  ["a user name and a password", `https://github.com:443@127.0.0.1:${at}/`],
  ["a backslash", `https://127.0.0.1:${at}\\@github.com/`],
  ["a fragment", `https://127.0.0.1:${at}#@github.com/`],
  ["a query", `https://127.0.0.1:${at}?@github.com/`],
  ["a tab", `https://127.0.0.1\t:${at}/`],
  ["a line break", `https://127.0.0.1:${at}/\r\nHost: github.com`],
  ["spaces before", `  https://127.0.0.1:${at}/`],
  ["no slashes", `https:127.0.0.1:${at}/`],
  ["three slashes", `https:///127.0.0.1:${at}/`],
  ["plain http", `http://github.com:${at}/`],
  ["another scheme", `ftp://127.0.0.1:${at}/`],
  ["gopher", `gopher://127.0.0.1:${at}/_GET`],
  ["a file", "file:///etc/passwd"],
  ["data", "data:text/plain,hello"],
  ["a socket", `unix:/var/run/docker.sock:/x`],
  ["a nothing", ""],
];

const doors = {
  "any host": makeOutside({ hosts: "any", resolve }),
  "listed hosts": makeOutside({
    hosts: ["github.com", "intranet.example", "localhost.evil.example"],
    resolve,
  }),
};

test("there are as many forms as promised", () => {
  expect(forms.length * 2 + doubtful(1).length).toBeGreaterThan(250);
});

describe.each(Object.entries(doors))("a door for %s", (_, outside) => {
  test.each(forms)("does not open for %s", async (_name, host) => {
    const before = seen;
    for (const url of [`https://${host}:${port}/`, `http://${host}:${port}/`]) {
      await expect(outside.get(url), url).rejects.toMatchObject({ name: "DomainError" });
      await expect(outside.check(url), url).rejects.toMatchObject({ name: "DomainError" });
      await expect(outside.fetch(url, { method: "POST", body: "x" }), url).rejects.toMatchObject({
        name: "DomainError",
      });
    }
    expect(seen).toBe(before);
  });

  test("does not open for addresses of two meanings", async () => {
    for (const [name, url] of doubtful(port)) {
      await expect(outside.get(url), name).rejects.toMatchObject({ name: "DomainError" });
      await expect(outside.fetch(url), name).rejects.toMatchObject({ name: "DomainError" });
    }
    expect(seen).toBe(0);
  });
});

test("a redirect leads nowhere that the first address may not", async () => {
  const { port: at } = redirecting.address() as AddressInfo;
  const outside = makeOutside({
    hosts: [`127.0.0.1:${at}`, "metadata.google.internal", "intranet.example"],
    resolve,
  });
  const places = [
    ...forms.map(([, host]) => `https://${host}:${port}/`),
    ...doubtful(port).map(([, url]) => url),
    `//127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}/latest/meta-data/`,
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "https://metadata.google.internal/computeMetadata/v1/",
  ].filter((place) => /^\S+$/.test(place) && /^[\x21-\x7e]+$/.test(place));
  expect(places.length).toBeGreaterThan(200);
  for (const place of places) {
    target = place;
    const answer = await outside
      .get(`http://127.0.0.1:${at}/`, { timeoutMs: 5_000 })
      .catch((error: Error) => error);
    expect(answer, place).toMatchObject({ name: "DomainError" });
  }
  expect(seen).toBe(0);
});

test("the listener does see what may reach it", async () => {
  await makeOutside({ hosts: [`127.0.0.1:${port}`] })
    .get(`http://127.0.0.1:${port}/`)
    .catch(() => {});
  expect(seen).toBe(1);
});
