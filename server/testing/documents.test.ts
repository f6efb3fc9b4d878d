import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const documents = globSync("{*.md,{app,components,server,db,e2e,docs,deploy}/**/*.md}", { cwd: root }).filter(
  (path) => !path.includes("fixtures"),
);

/** Made when the portal is built or started, so not in a fresh clone. */
const madeLater = /^(\.data|\.build|\.next|\.cache|node_modules)(\/|$)/;
/** A placeholder such as `server/<domain>/` or a pattern such as `reads/*.ts` names no single file. */
const isPattern = /[<>*{}…]|xRefusal|verb-noun/;
const looksLikePath = /^(\.config|\.ci|app|components|server|db|e2e|public|docs|deploy)\/[\w./()[\]-]+$/;

/** Paths that a document cites: link targets beside itself, and code that looks like a path from the root. */
function citedPaths(document: string): string[] {
  const text = readFileSync(join(root, document), "utf8").replaceAll(/```[\s\S]*?```/g, "");
  const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = ""]) => target);
  const beside = links
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => join(dirname(document), target));
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, words = ""]) => words.replace(/\/$/, ""));
  return [...beside, ...code.filter((words) => looksLikePath.test(words) && !isPattern.test(words))].filter(
    (path) => !madeLater.test(path),
  );
}

describe("documents", () => {
  test("there are some", () => {
    expect(documents).toContain("README.md");
    expect(citedPaths("README.md").length).toBeGreaterThan(5);
  });

  test.each(documents)("%s cites only what is there", (document) => {
    expect(citedPaths(document).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test("every setting that is read from the environment stands in the README's table, and the other way round", () => {
  const source = readFileSync(join(root, "server/core/env.ts"), "utf8");
  // Set by the starter for its children or by the tools, not by a person.
  const internal = ["NODE_ENV", "MILEPOST_EMBEDDED", "MILEPOST_DEV"];
  const read = [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = ""]) => name);
  const table =
    readFileSync(join(root, "README.md"), "utf8").split("## Settings")[1]?.split("\n## ")[0] ?? "";
  const told = [...table.matchAll(/^\|(.+?)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
  );
  // Node reads these by itself.
  const ofNode = ["NODE_EXTRA_CA_CERTS"];
  expect(told.filter((name) => !ofNode.includes(name ?? "")).toSorted()).toEqual(
    read.filter((name) => !internal.includes(name)).toSorted(),
  );
});
