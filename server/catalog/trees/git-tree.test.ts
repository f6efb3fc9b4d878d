import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeOutside } from "#server/core/outside.ts";
import { collectEntries } from "../collect-entries.ts";
import { parseAddress } from "../location-address.ts";
import { openTree } from "./open-tree.ts";

const found = spawnSync("git", ["--exec-path"], { encoding: "utf8" });
const hasGit = found.status === 0;
if (!hasGit) console.log("skipped: git is not installed, so no repository can be served");

const base = mkdtempSync(join(tmpdir(), "milepost-git-test-"));
let server: Server;
let host: string;

const component = (name: string, more = "") =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: { type: service, lifecycle: production, owner: team${more} }\n`;

/** git's own server side, spoken to over HTTP: what a forge does, without the forge. */
function serveGit(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://x");
  if (url.pathname.startsWith("/private")) return void response.writeHead(401).end();
  if (url.pathname.startsWith("/moved"))
    return void response.writeHead(301, { location: "/acme/shop" }).end();
  const child = spawn(join(found.stdout.trim(), "git-http-backend"), {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: base,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
    },
  });
  request.pipe(child.stdin);
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  child.on("close", () => {
    const answer = Buffer.concat(parts);
    const end = answer.indexOf("\r\n\r\n");
    const headers = answer
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line) => line.split(": ", 2) as [string, string]);
    const status = Number(headers.find(([name]) => name === "Status")?.[1].slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== "Status")));
    response.end(answer.subarray(end + 4));
  });
}

beforeAll(async () => {
  if (!hasGit) return;
  const work = join(base, "acme/shop");
  mkdirSync(join(work, "services/checkout"), { recursive: true });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: work,
      stdio: "pipe",
    });
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(
    join(work, "catalog-info.yaml"),
    `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: all }\nspec: { targets: ["./services/*/service.yaml", "./link.yaml"] }\n`,
  );
  writeFileSync(join(work, "services/checkout/service.yaml"), component("checkout"));
  symlinkSync("/etc/passwd", join(work, "link.yaml"));
  git("add", "-A");
  git("commit", "--quiet", "-m", "one");
  git("checkout", "--quiet", "-b", "next");
  writeFileSync(join(work, "services/checkout/service.yaml"), component("checkout-next"));
  git("add", "-A");
  git("commit", "--quiet", "-m", "two");
  git("checkout", "--quiet", "main");
  server = createServer(serveGit);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  if (server) await new Promise((resolve) => server.close(resolve));
  rmSync(base, { recursive: true, force: true });
});

async function collect(path: string) {
  const outside = makeOutside([host]);
  const address = parseAddress(`http://${host}${path}`);
  const opened = await openTree(address, outside);
  try {
    return {
      commit: opened.tree.commit,
      ...(await collectEntries(opened, { outside, origin: `url:${address.target}`, onFile: async () => {} })),
    };
  } finally {
    await opened.tree.close();
  }
}

describe.skipIf(!hasGit)("a repository over HTTP", () => {
  test("its newest commit is read without a work tree, and its links are not followed", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("milepost-git-")).length;
    const { commit, entries, problems } = await collect("/acme/shop");
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(entries.map(({ ref }) => ref).sort()).toEqual([
      "component:default/checkout",
      "location:default/all",
    ]);
    expect(entries.find(({ kind }) => kind === "Component")).toMatchObject({
      file: "services/checkout/service.yaml",
      sourceUrl: `http://${host}/acme/shop/blob/${commit}/services/checkout/service.yaml`,
    });
    expect(problems.map(({ message }) => message)).toEqual([
      "link.yaml was not read: it is a link: links in repositories are not followed",
      "The target ./link.yaml was not read: it is a link: links in repositories are not followed",
    ]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("milepost-git-")).length).toBe(before);
  });

  test("a branch, a folder or a single file can be named", async () => {
    const refs = async (path: string) => (await collect(path)).entries.map(({ ref }) => ref);
    expect(await refs("/acme/shop/tree/next/services")).toEqual(["component:default/checkout-next"]);
    expect(await refs("/acme/shop/blob/main/services/checkout/service.yaml")).toEqual([
      "component:default/checkout",
    ]);
  });

  test.each([
    ["/acme/nothing", "is not a public git repository (the host answered 404)"],
    ["/private/shop", "is not a public git repository (the host answered 401)"],
    ["/moved/shop", "has moved"],
    ["/acme/shop/tree/absent", 'has no branch "absent"'],
    ["/acme/shop/tree/main/none/catalog-info.yaml", null],
  ])("%s ends with a sentence", async (path, message) => {
    if (message)
      await expect(collect(path)).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining(message),
      });
    else
      expect((await collect(path)).problems).toEqual([
        expect.objectContaining({ message: "none/catalog-info.yaml was not read: there is no such file" }),
      ]);
  });
});
