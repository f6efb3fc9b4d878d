import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withSignal } from "#server/core/outside/with-signal.ts";
import { makeOutside } from "#server/core/outside.ts";
import { answerGit, type GitManner, hasGit, runGit } from "#server/testing/git-server.ts";
import { collectEntries } from "../collect-entries.ts";
import { parseAddress } from "../location-address.ts";
import { openTree } from "./open-tree.ts";

if (!hasGit) console.log("skipped: git is not installed, so no repository can be served");

const base = mkdtempSync(join(tmpdir(), "milepost-git-test-"));
const servers: Server[] = [];
const hosts = {} as Record<GitManner, string>;
let host: string;

const component = (name: string, more = "") =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: { type: service, lifecycle: production, owner: team${more} }\n`;

function serveGit(manner: GitManner, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", "http://x");
  if (pathname.startsWith("/private")) return void response.writeHead(401).end();
  if (pathname.startsWith("/moved")) return void response.writeHead(301, { location: "/acme/shop" }).end();
  answerGit(base, manner, request, response);
}

const mktree = (cwd: string, lines: string[]) =>
  execFileSync("git", ["mktree"], { cwd, input: lines.map((line) => `${line}\n`).join("") })
    .toString()
    .trim();

beforeAll(async () => {
  if (!hasGit) return;
  const work = join(base, "acme/shop");
  mkdirSync(join(work, "services/checkout"), { recursive: true });
  const git = (...args: string[]) => runGit(work, ...args);
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(
    join(work, "catalog-info.yaml"),
    `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: all }\nspec: { targets: ["./services/*/service.yaml", "./link.yaml"] }\n`,
  );
  writeFileSync(join(work, "services/checkout/service.yaml"), component("checkout"));
  symlinkSync("/etc/passwd", join(work, "link.yaml"));
  symlinkSync("services", join(work, "linked-folder"));
  symlinkSync("services/checkout/service.yaml", join(work, "linked-file"));
  git("add", "-A");
  git("commit", "--quiet", "-m", "one");
  git("checkout", "--quiet", "-b", "next");
  writeFileSync(join(work, "services/checkout/service.yaml"), component("checkout-next"));
  git("add", "-A");
  git("commit", "--quiet", "-m", "two");
  git("checkout", "--quiet", "--orphan", "many");
  mkdirSync(join(base, "copies"));
  // Files that resemble one another are sent as differences.
  for (let index = 0; index < 40; index += 1) {
    const more = Array.from(
      { length: 200 },
      (_, line) => `    line ${line} ${line === index * 5 ? index : ""}`,
    ).join("\n");
    mkdirSync(join(work, `many/${index}`), { recursive: true });
    const text = `${component(`many-${index}`)}# ${more.replaceAll("\n", "\n#")}\n# end\n`;
    writeFileSync(join(work, `many/${index}/a.yaml`), text);
    writeFileSync(join(base, "copies", `${index}.yaml`), text);
    writeFileSync(join(work, `many/${index}/large.bin`), randomBytes(20_000));
  }
  git("add", "-A");
  git("commit", "--quiet", "-m", "many");
  git("repack", "--quiet", "-adf");
  git("checkout", "--quiet", "-b", "bomb");
  let tree = mktree(work, []);
  for (let depth = 0; depth < 12; depth += 1)
    tree = mktree(
      work,
      Array.from({ length: 10 }, (_, index) => `040000 tree ${tree}\t${index}`),
    );
  git("update-ref", "refs/heads/bomb", git("commit-tree", tree, "-m", "bomb").toString().trim());
  git("checkout", "--quiet", "--force", "main");
  for (const manner of ["partial", "whole", "old"] as const) {
    const server = createServer((request, response) => serveGit(manner, request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    hosts[manner] = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  host = hosts.partial;
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(base, { recursive: true, force: true });
});

async function collect(path: string, host = hosts.partial) {
  const outside = makeOutside({ hosts: [host] });
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
      "linked-folder was not read: it is a link to a folder, and those are not followed: import that folder",
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

  test.each(["partial", "whole", "old"] as const)("a %s host gives the same files", async (manner) => {
    const { entries } = await collect("/acme/shop/tree/many", hosts[manner]);
    expect(entries.filter(({ name }) => name.startsWith("many-"))).toHaveLength(40);
    for (const { name, yaml } of entries.filter(({ name }) => name.startsWith("many-"))) {
      const index = Number(name.slice(5));
      expect(yaml).toBe(readFileSync(join(base, "copies", `${index}.yaml`), "utf8"));
    }
  });

  test("a host that can leaves out what is not read", async () => {
    const sent = { partial: 0, whole: 0 };
    for (const manner of ["partial", "whole"] as const) {
      const outside = makeOutside({ hosts: [hosts[manner]] });
      const counting: typeof outside = {
        ...outside,
        stream: async (request) => {
          const answer = await outside.stream(request);
          async function* counted() {
            for await (const part of answer.body) {
              sent[manner] += part.length;
              yield part;
            }
          }
          return { ...answer, body: counted() };
        },
      };
      const { tree } = await openTree(parseAddress(`http://${hosts[manner]}/acme/shop/tree/many`), counting);
      await tree.list();
      await tree.close();
    }
    expect(sent.whole).toBeGreaterThan(800_000);
    expect(sent.partial).toBeLessThan(200_000);
  });

  test("folders that stand in one another without end are refused", async () => {
    await expect(collect("/acme/shop/tree/bomb")).rejects.toThrow("more than 500,000 files and folders");
  });

  test("an import that is stopped ends in the middle of a request", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    servers.push(silent);
    const at = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const stop = new AbortController();
    const opening = openTree(
      parseAddress(`http://${at}/acme/shop`),
      withSignal(makeOutside({ hosts: [at] }), stop.signal),
    );
    stop.abort(new Error("The import was cancelled"));
    await expect(opening).rejects.toThrow("The import was cancelled");
  });

  test("an answer of another kind is no repository", async () => {
    const texts = [
      "",
      "<html>hello</html>",
      "001e# service=git-upload-pack\n0000",
      "zzzz",
      "0008abc",
      "000eversion 2\n0000",
    ];
    let text = "";
    const odd = createServer((_, response) => response.end(text));
    await new Promise<void>((resolve) => odd.listen(0, "127.0.0.1", resolve));
    servers.push(odd);
    const at = `127.0.0.1:${(odd.address() as AddressInfo).port}`;
    for (text of texts)
      await expect(collect("/acme/shop", at), JSON.stringify(text)).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringMatching(/could not be read as a git repository|has no commit yet/),
      });
  });
});
