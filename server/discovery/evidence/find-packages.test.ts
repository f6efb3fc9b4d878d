import { expect, test } from "vitest";
import { findPackages, workspacesOf } from "./find-packages.ts";

const foldersOf = (paths: string[], workspaces: string[] | null = null) =>
  findPackages(paths, workspaces).map(({ path }) => path);

test("each manifest makes its folder a package", () => {
  const paths = [
    "go.work",
    "services/cart/go.mod",
    "services/pay/pyproject.toml",
    "services/pay/setup.py",
    "crates/core/Cargo.toml",
    "billing/pom.xml",
    "mobile/app/build.gradle.kts",
    "web/Shop/Shop.csproj",
    "README.md",
  ];
  expect(findPackages(paths, null)).toEqual([
    { path: "billing", manifest: "pom.xml", language: "Java" },
    { path: "crates/core", manifest: "Cargo.toml", language: "Rust" },
    { path: "mobile/app", manifest: "build.gradle.kts", language: "Java" },
    { path: "services/cart", manifest: "go.mod", language: "Go" },
    { path: "services/pay", manifest: "pyproject.toml", language: "Python" },
    { path: "web/Shop", manifest: "Shop.csproj", language: "C#" },
  ]);
});

test("workspaces say which folders of JavaScript count; others still do", () => {
  const paths = [
    "package.json",
    "packages/a/package.json",
    "packages/b/package.json",
    "scripts/package.json",
    "tool/go.mod",
  ];
  expect(foldersOf(paths, ["./packages/*", "!packages/b"])).toEqual(["", "packages/a", "tool"]);
  expect(foldersOf(paths)).toEqual(["", "packages/a", "packages/b", "scripts", "tool"]);
});

test("what is somebody else's, an example or a part of another package does not count", () => {
  const paths = [
    "app/package.json",
    "app/plugins/x/package.json",
    "node_modules/left-pad/package.json",
    "examples/hello/go.mod",
    "api/testdata/go.mod",
    ".github/actions/x/package.json",
    "template/skeleton/package.json",
  ];
  expect(foldersOf(paths)).toEqual(["app"]);
});

test.each([
  [{ workspaces: ["packages/*"] }, ["packages/*"]],
  [{ workspaces: { packages: ["a", 1] } }, ["a"]],
  [{ packages: ["apps/*"] }, ["apps/*"]],
  [{ name: "x" }, null],
  [null, null],
  [{ workspaces: [] }, null],
])("workspaces of %j", (manifest, globs) => {
  expect(workspacesOf(manifest)).toEqual(globs);
});
