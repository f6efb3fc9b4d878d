import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isPublicAddress } from "./outside/address-class.ts";
import { makeOutside, type Outside } from "./outside.ts";

let outside: Outside;
let base: string;
let asked = 0;
const server = createServer((request, response) => {
  asked += 1;
  if (request.url === "/away") response.writeHead(302, { location: "http://127.0.0.1:1/secret" }).end();
  else if (request.url === "/round") response.writeHead(302, { location: "/round" }).end();
  else if (request.url === "/large") response.end(Buffer.alloc(2_000_000));
  else if (request.url === "/slow") setTimeout(() => response.end("late"), 5_000).unref();
  else response.end("hello");
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  outside = makeOutside({ hosts: [`127.0.0.1:${port}`, "github.com"] });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("reads from a host that is allowed", async () => {
  expect((await outside.get(base)).body.toString()).toBe("hello");
});

test.each([
  ["http://127.0.0.1:1/", "MILEPOST_ALLOWED_HOSTS"],
  ["https://evil.example.com/", "evil.example.com is not one that Milepost may read from"],
  ["https://github.com.evil.example.com/", "github.com.evil.example.com"],
  ["https://github.com:8443/", "github.com:8443"],
  ["https://me:pw@github.com/", "user name or password"],
  ["http://github.com/", "https://"],
  ["file:///etc/passwd", "not a web address"],
  ["git@github.com:a/b", "not a web address"],
  ["http://[::ffff:127.0.0.1]/", "MILEPOST_ALLOWED_HOSTS"],
  ["http://2130706433/", "127.0.0.1"],
])("refuses %s before anything is sent", async (url, words) => {
  const before = asked;
  await expect(outside.get(url)).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringContaining(words),
  });
  expect(asked).toBe(before);
});

test("checks each redirect like the first address, and does not repeat the password of an address", async () => {
  await expect(outside.get(`${base}/away`)).rejects.toThrow("127.0.0.1:1");
  await expect(outside.get("https://me:hunter2@github.com/")).rejects.not.toThrow("hunter2");
});

test("ends endless redirects, large and slow answers with a sentence", async () => {
  await expect(outside.get(`${base}/round`)).rejects.toThrow("redirects more than five times");
  await expect(outside.get(`${base}/large`, { maxBytes: 1_000_000 })).rejects.toThrow("more than 1 MB");
  await expect(outside.get(`${base}/slow`, { timeoutMs: 50 })).rejects.toThrow("did not answer");
});

test.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::1",
  "::",
  "fe80::1",
  "fc00::1",
  "::ffff:8.8.8.8",
  "64:ff9b::808:808",
  "2001:db8::1",
  "2002:7f00:1::",
  "not an address",
])("%s is no public address", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["8.8.8.8", "140.82.121.3", "2606:50c0:8000::153"])("%s is one", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
