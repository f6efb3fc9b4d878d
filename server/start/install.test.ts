import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const { isInstalled } = await import(new URL("./install.mjs", import.meta.url).href);
const { isNewEnough } = await import(new URL("./node-version.mjs", import.meta.url).href);

const root = fileURLToPath(new URL("../..", import.meta.url));
type Lock = {
  packages: Record<
    string,
    { version: string; optional?: boolean; optionalDependencies?: Record<string, string> }
  >;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "milepost-install-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function lay(wanted: Lock["packages"], installed: Lock["packages"]): void {
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ packages: { "": { version: "1.0.0" }, ...wanted } }),
  );
  writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages: installed }));
}

const a = { "node_modules/a": { version: "1.0.0" } };
const b = { "node_modules/b": { version: "2.0.0", optional: true } };

test.each([
  ["the same", a, a, true],
  ["an optional package of another platform is absent", { ...a, ...b }, a, true],
  ["an older version", { "node_modules/a": { version: "1.0.1" } }, a, false],
  ["one is missing, as after npm ci --omit=dev", { ...a, "node_modules/c": { version: "1.0.0" } }, a, false],
  ["one too many", a, { ...a, ...b }, false],
])("installed? %s: %s", (_, wanted, installed, isSo) => {
  lay(wanted, installed);
  expect(isInstalled(folder)).toBe(isSo);
});

test("nothing is installed in a fresh clone", () => {
  cpSync(join(root, "package-lock.json"), join(folder, "package-lock.json"));
  expect(isInstalled(folder)).toBe(false);
});

test.each([
  ["v18.20.4", false],
  ["v20.20.2", false],
  ["v22.14.0", false],
  ["v22.15.0", true],
  ["v24.0.0", true],
])("Node %s is new enough: %s", (version, isSo) => {
  expect(isNewEnough(version)).toBe(isSo);
});

/** npm ci refuses a lock file without them, and npm install leaves out those that the registry in use lacks. */
test("the lock file names every optional package, for all platforms", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  const isThere = (from: string, name: string): boolean => {
    if (`${from ? `${from}/` : ""}node_modules/${name}` in packages) return true;
    return from !== "" && isThere(from.slice(0, Math.max(0, from.lastIndexOf("node_modules/") - 1)), name);
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isThere(path, name)),
  );
  expect(missing).toEqual([]);
});
