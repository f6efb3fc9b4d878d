import { describe, expect, test } from "vitest";
import { parseCodeOwners, rulesFor } from "./code-owners.ts";

const ownersOf = (text: string, path: string) =>
  rulesFor(parseCodeOwners(text), path).flatMap(({ owners }) => owners);

// The examples of GitHub's page "About code owners", each with a path that fits and one that does not.
describe("patterns as GitHub documents them", () => {
  test.each([
    ["*", "anything/at/all.txt", true],
    ["*.js", "deep/in/app.js", true],
    ["*.js", "deep/in/app.jsx", false],
    ["/build/logs/", "build/logs/today/a.log", true],
    ["/build/logs/", "other/build/logs/a.log", false],
    ["docs/*", "docs/getting-started.md", true],
    ["docs/*", "docs/build-app/troubleshooting.md", false],
    ["apps/", "apps/main.ts", true],
    ["apps/", "deep/apps/in/main.ts", true],
    ["/docs/", "docs/in/it.md", true],
    ["/scripts/", "scripts", false],
    ["**/logs", "build/logs/a", true],
    ["**/logs", "deeply/nested/logs/a/b", true],
    ["/apps/github", "apps/github/x", true],
    ["/apps/github", "apps/githubber/x", false],
    ["Makefile", "a/b/Makefile", true],
    ["packages/*/src", "packages/cart/src/main.ts", true],
    ["packages/*/src", "packages/cart/test/main.ts", false],
    ["/packages/**/api", "packages/a/b/api/x.ts", true],
    [".github/", ".github/workflows/ci.yml", true],
    ["[abc].txt", "a.txt", false],
    ["!docs/", "docs/a.md", false],
  ])("%s and %s", (pattern, path, fits) => {
    expect(ownersOf(`${pattern} @acme/team`, path)).toEqual(fits ? ["@acme/team"] : []);
  });
});

test("the last rule that fits wins, also where it names nobody", () => {
  const text =
    "* @acme/all\n/apps/ @octocat\n/apps/github\n*.md docs@example.com @acme/writers # who writes\n";
  expect(ownersOf(text, "main.go")).toEqual(["@acme/all"]);
  expect(ownersOf(text, "apps/x.go")).toEqual(["@octocat"]);
  expect(ownersOf(text, "apps/github/x.go")).toEqual([]);
  expect(ownersOf(text, "apps/github/x.md")).toEqual(["docs@example.com", "@acme/writers"]);
});

test("escaped spaces and signs belong to the path; comments and odd lines do not count", () => {
  const text = "# comment\n\n/my\\ docs/ @acme/writers\n\\#notes/ @acme/notes\nnot-an-owner @\n  \t\n";
  expect(ownersOf(text, "my docs/a.md")).toEqual(["@acme/writers"]);
  expect(ownersOf(text, "#notes/a.md")).toEqual(["@acme/notes"]);
  expect(parseCodeOwners(text).map(({ line }) => line)).toEqual([3, 4, 5]);
});

test("sections are judged each on its own, with their default owners", () => {
  const text = [
    "* @acme/all",
    "[Database][2] @acme/data",
    "migrations/",
    "migrations/legacy/ @acme/old",
    "^[Docs] @acme/writers",
    "*.md",
  ].join("\n");
  expect(ownersOf(text, "src/a.ts")).toEqual(["@acme/all"]);
  expect(ownersOf(text, "migrations/1.sql")).toEqual(["@acme/all", "@acme/data"]);
  expect(ownersOf(text, "migrations/legacy/1.sql")).toEqual(["@acme/all", "@acme/old"]);
  expect(ownersOf(text, "migrations/readme.md")).toEqual(["@acme/all", "@acme/data", "@acme/writers"]);
});

test("what would take for ever is left out", () => {
  const text = `${"*a".repeat(40)} @acme/x\n${"/x".repeat(500)} @acme/y\n/ok @acme/z\n`;
  expect(parseCodeOwners(text).map(({ pattern }) => pattern)).toEqual(["/ok"]);
});
