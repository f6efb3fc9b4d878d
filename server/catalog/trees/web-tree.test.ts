import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeOutside, type Outside } from "#server/core/outside.ts";
import { collectEntries } from "../collect-entries.ts";
import { parseAddress } from "../location-address.ts";
import { openTree } from "./open-tree.ts";

const pages: Record<string, string> = {
  "/files/catalog-info.yaml": `apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: shop }
spec: { type: openapi, lifecycle: production, owner: team, definition: { $text: ./deep/openapi.yaml } }
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: { name: more }
spec: { targets: [./more.yaml, ../outside.yaml, ./absent.yaml, ./large.yaml, "https://elsewhere.example.com/x.yaml", "./*.yml"] }
`,
  "/files/deep/openapi.yaml": "openapi: 3.1.0\n",
  "/files/more.yaml":
    "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: jo }\nspec: { memberOf: [] }\n",
  "/outside.yaml":
    "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: outside }\nspec: { memberOf: [] }\n",
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://x");
  if (pathname === "/files/large.yaml") {
    response.writeHead(200);
    // Without a Content-Length: the limit is counted while it streams.
    const pour = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
      if (!response.destroyed) response.once("drain", pour);
    };
    return pour();
  }
  const page = pages[pathname];
  response.writeHead(page === undefined ? 404 : 200).end(page);
});
let outside: Outside;
let origin: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  outside = makeOutside({ hosts: [host] });
  origin = `http://${host}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

test("one file and what it names beside itself are fetched; the rest is told", async () => {
  const address = parseAddress(`${origin}/files/catalog-info.yaml`);
  const opened = await openTree(address, outside);
  const { entries, problems } = await collectEntries(opened, {
    outside,
    origin: `url:${address.target}`,
    onFile: async () => {},
  });
  expect(entries.map(({ ref }) => ref)).toEqual([
    "api:default/shop",
    "location:default/more",
    "user:default/jo",
  ]);
  expect(JSON.parse(`{${entries[0]?.headRest.slice(entries[0].headRest.indexOf('"spec"'))}}`)).toMatchObject({
    spec: { definition: "openapi: 3.1.0\n" },
  });
  expect(problems.map(({ message }) => message.replaceAll(new URL(origin).host, "HOST")).sort()).toEqual([
    "The target ../outside.yaml was not read: it lies outside of what is imported",
    "The target ./*.yml was not read: no such file fits the pattern",
    "The target ./absent.yaml was not read: HOST has no such file",
    "The target ./large.yaml was not read: HOST sends more than 5 MB",
    "The target https://elsewhere.example.com/x.yaml was not read: The host elsewhere.example.com is not one that Milepost may read from: add it to MILEPOST_ALLOWED_HOSTS and start again",
  ]);
});
