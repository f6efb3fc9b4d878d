import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFolder } from "./folder-tree.ts";
import { resolveInside } from "./tree.ts";

const base = mkdtempSync(join(tmpdir(), "milepost-folder-"));
const root = join(base, "imported");

beforeAll(() => {
  mkdirSync(join(root, "a/.backstage"), { recursive: true });
  mkdirSync(join(root, "node_modules/x"), { recursive: true });
  mkdirSync(join(root, ".git"), { recursive: true });
  mkdirSync(join(base, "outside"));
  for (const path of [
    "imported/one.yaml",
    "imported/a/two.yml",
    "imported/a/.backstage/three.yaml",
    "outside/secret.yaml",
  ])
    writeFileSync(join(base, path), `kind: ${path}\n`);
  for (const path of ["imported/notes.txt", "imported/node_modules/x/x.yaml", "imported/.git/y.yaml"])
    writeFileSync(join(base, path), "kind: Hidden\n");
  symlinkSync("one.yaml", join(root, "link-inside.yaml"));
  symlinkSync("../outside/secret.yaml", join(root, "link-out.yaml"));
  symlinkSync(join(base, "outside/secret.yaml"), join(root, "link-absolute.yaml"));
  symlinkSync("../outside", join(root, "folder-out"));
  symlinkSync("link-chain-2.yaml", join(root, "link-chain-1.yaml"));
  symlinkSync("link-out.yaml", join(root, "link-chain-2.yaml"));
  symlinkSync("nowhere.yaml", join(root, "link-dangling.yaml"));
  symlinkSync("link-loop.yaml", join(root, "link-loop.yaml"));
  symlinkSync("/dev/zero", join(root, "link-device.yaml"));
  writeFileSync(join(root, "large.yaml"), "");
  truncateSync(join(root, "large.yaml"), 100_000_000);
  writeFileSync(join(root, "utf16.yaml"), Buffer.from("\ufeffname: café\n", "utf16le"));
  execFileSync("/usr/bin/mkfifo", [join(root, "pipe.yaml")]);
});
afterAll(() => rmSync(base, { recursive: true }));

test("YAML files are listed in order; what cannot be read is named with its reason", async () => {
  const { files, refused } = await (await openFolder(root)).list();
  expect(files.map(({ path }) => path)).toEqual([
    "a/.backstage/three.yaml",
    "a/two.yml",
    "large.yaml",
    "link-inside.yaml",
    "one.yaml",
    "utf16.yaml",
  ]);
  const outside = "it is a link that leads outside of the imported folder";
  expect(Object.fromEntries(refused.map(({ path, message }) => [path, message]))).toEqual({
    "folder-out": "it is a link to a folder, and those are not followed: import that folder",
    "link-absolute.yaml": outside,
    "link-chain-1.yaml": outside,
    "link-chain-2.yaml": outside,
    "link-dangling.yaml": "there is no such file",
    "link-device.yaml": outside,
    "link-loop.yaml": "it is a link that leads back to itself",
    "link-out.yaml": outside,
    "pipe.yaml": "it is a pipe, not a file",
  });
});

test.each([
  ["link-out.yaml", "leads outside"],
  ["link-absolute.yaml", "leads outside"],
  ["link-chain-1.yaml", "leads outside"],
  ["folder-out/secret.yaml", "leads outside"],
  ["link-device.yaml", "leads outside"],
  ["../outside/secret.yaml", "lies outside"],
  ["a/../../outside/secret.yaml", "lies outside"],
  ["/etc/passwd", "relative path"],
  ["a\\..\\x.yaml", "relative path"],
  ["C:/x.yaml", "relative path"],
  ["a\0.yaml", "relative path"],
  ["pipe.yaml", "it is a pipe"],
  ["a", "it is a folder"],
  ["nowhere.yaml", "there is no such file"],
  ["large.yaml", "it has 100 MB, the limit is 5.0 MB"],
  ["utf16.yaml", "it is not UTF-8 text"],
])("%j is refused", async (path, message) => {
  const tree = await openFolder(root);
  await expect(tree.read(path)).rejects.toThrow(message);
});

test("links inside of the folder are followed", async () => {
  const tree = await openFolder(root);
  expect(await tree.read("link-inside.yaml")).toBe("kind: imported/one.yaml\n");
  expect(await tree.read("./a/../a/two.yml")).toBe("kind: imported/a/two.yml\n");
});

test("a socket is no file", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, "socket.yaml"), resolve));
  await expect((await openFolder(root)).read("socket.yaml")).rejects.toThrow("socket");
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  [join(base, "nowhere"), "does not exist"],
  [join(root, "one.yaml"), "is a file"],
])("%s cannot be opened as a folder", async (path, message) => {
  await expect(openFolder(path)).rejects.toMatchObject({
    code: "invalid",
    field: "target",
    message: expect.stringContaining(message),
  });
});

test("what a document names is looked for beside its file", () => {
  expect(resolveInside("a/b/c.yaml", "./d.yaml")).toBe("a/b/d.yaml");
  expect(resolveInside("a/b/c.yaml", "../../d.yaml")).toBe("d.yaml");
  expect(() => resolveInside("a/b/c.yaml", "../../../d.yaml")).toThrow("lies outside");
  expect(() => resolveInside("c.yaml", ".")).toThrow("names a folder");
});
