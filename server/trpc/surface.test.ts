import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { httpRoutes } from "#server/http/routes.ts";
import { listProcedures } from "#server/testing/list-procedures.ts";
import * as surface from "#server/testing/surface.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const source = (file: string) => readFileSync(join(root, file), "utf8");
const sourceFiles = ["app", "components", "server", "db"]
  .flatMap(filesUnder)
  .filter((file) => /\.tsx?$/.test(file));

/** `app/(portal)/catalog/[ref]/page.tsx` is the page /catalog/[ref]. */
const addressOf = (file: string) =>
  `/${file
    .split("/")
    .slice(1, -1)
    .filter((part) => !/^\(.*\)$/.test(part))
    .join("/")}`;

describe("every way in is listed with who may use it:", () => {
  test("tRPC procedures", () => {
    const found = listProcedures().map(({ path, type, access }) => [path, `${type}, ${access}`]);
    expect(found.length).toBeGreaterThan(10);
    expect(Object.fromEntries(found)).toEqual(surface.procedures);
  });

  test("REST routes", () => {
    const found = httpRoutes.map(({ method, path, access }) => [`${method} ${path}`, access]);
    expect(new Set(found.map(([name]) => name)).size).toBe(found.length);
    expect(Object.fromEntries(found)).toEqual(surface.restRoutes);
  });

  test("the listener's own paths", () => {
    const code = filesUnder("server/web")
      .filter((file) => !file.endsWith(".test.ts"))
      .map((file) => source(file).replace(/^\s*(\/\/|\/?\*).*$/gm, ""))
      .join("\n");
    const found = [...code.matchAll(/["'`](\/[^\s"'`]*)["'`]/g)].map(([, path]) => path);
    expect([...new Set(found)].sort()).toEqual(Object.keys(surface.listenerPaths).sort());
  });

  test("route files", () => {
    const found = filesUnder("app").filter((file) => /(^|\/)route\.[cm]?[jt]sx?$/.test(file));
    expect(found.sort()).toEqual(Object.keys(surface.routeFiles).sort());
  });

  test("pages", () => {
    const found = filesUnder("app")
      .filter((file) => /(^|\/)page\.[cm]?[jt]sx?$/.test(file))
      .map(addressOf);
    expect(found.length).toBeGreaterThan(0);
    expect(found.sort()).toEqual(Object.keys(surface.pages).sort());
  });
});

describe("no other way in:", () => {
  test("no server actions, which would be callable without a line in any table", () => {
    expect(sourceFiles.length).toBeGreaterThan(100);
    expect(sourceFiles.filter((file) => /^\s*["']use server["']/m.test(source(file)))).toEqual([]);
  });

  test("no proxy or middleware, whose decisions could be gone round", () => {
    const names = ["proxy", "middleware"].flatMap((name) =>
      ["ts", "tsx", "js", "mjs"].map((end) => `${name}.${end}`),
    );
    const places = ["", "app", "src"].flatMap((folder) => names.map((name) => join(folder, name)));
    expect(places.filter((place) => existsSync(join(root, place)))).toEqual([]);
  });

  test("no file conventions of Next that answer requests besides pages and routes", () => {
    const answering = /(^|\/)(sitemap|robots|manifest|opengraph-image|twitter-image)\.[jt]sx?$/;
    expect(filesUnder("app").filter((file) => answering.test(file))).toEqual([]);
    expect(existsSync(join(root, "pages"))).toBe(false);
  });
});

test("nobody writes without signing in, but to sign in or out, or with the setup token", () => {
  const open = [
    ...Object.entries(surface.procedures).filter(([, access]) => access === "mutation, anyone"),
    ...Object.entries(surface.restRoutes).filter(
      ([name, access]) => !name.startsWith("GET ") && access === "anyone",
    ),
  ].map(([name]) => name);
  expect(open.sort()).toEqual([
    "POST /api/auth/demo",
    "POST /api/auth/sign-in-link",
    "POST /api/auth/sign-out",
    "POST /api/setup/open",
    "POST /api/setup/sign-in/:slug",
    "POST /api/setup/test-provider",
  ]);
});
