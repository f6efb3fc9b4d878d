import { expect, test } from "vitest";
import { memoryTree } from "#server/catalog/trees/memory-tree.ts";
import type { DraftNav } from "./build-nav.ts";
import { addressOf, collectSite } from "./collect-site.ts";
import { editUrlOf } from "./edit-url.ts";

type Plain = string | [string, Plain[]];
const plain = (nav: readonly DraftNav[]): Plain[] =>
  nav.map((item) => {
    if (item.kind === "section") return [item.title, plain(item.items)];
    return item.kind === "page" ? `${item.title ?? "·"} ${item.docPath}` : `${item.title} ${item.href}`;
  });

const collect = async (files: Record<string, string>, folder = "") => {
  const site = await collectSite(memoryTree(new Map(Object.entries(files))), folder);
  return {
    ...site,
    plain: plain(site.nav),
    told: site.problems.map(({ kind, target }) => `${kind} ${target}`),
  };
};
const pages = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, "# x"]));

test("a navigation is read as it is written, and what is not there is told", async () => {
  const { plain: nav, told } = await collect({
    "mkdocs.yml": `site_name: S
nav:
  - index.md
  - Guide:
      - Deep: { Deeper: [./guide/a.md, gone.md] }
      - guide/b.md
  - Elsewhere: https://example.com
  - Bad: javascript:alert(1)
  - 'One': guide/a.md
    Two: guide/b.md
hooks: [x.py]
plugins: [search, mkdocstrings: {handlers: {}}]
markdown_extensions: [admonition, pymdownx.snippets, !!python/name:odd.ext]
`,
    ...pages("docs/index.md", "docs/guide/a.md", "docs/guide/b.md"),
  });
  expect(nav).toEqual([
    "· index.md",
    ["Guide", [["Deep", [["Deeper", ["· guide/a.md"]]]], "· guide/b.md"]],
    "Elsewhere https://example.com",
    "One guide/a.md",
    "Two guide/b.md",
  ]);
  expect(told).toEqual([
    "unsupported hooks",
    "unsupported mkdocstrings",
    "unsupported pymdownx.snippets",
    "unsupported !!python/…",
    "navigation gone.md",
    "navigation javascript:alert(1)",
  ]);
});

test("without one the files are, as MkDocs walks them", async () => {
  const { plain: nav } = await collect({
    "mkdocs.yml": "site_name: S\n",
    ...pages("docs/z.md", "docs/b/y.md", "docs/b/index.md", "docs/b/README.md", "docs/b/a_sub/x.md"),
    ...pages(
      "docs/index.md",
      "docs/A-file.md",
      "docs/a-folder/one.md",
      "docs/.hidden/x.md",
      "docs/templates/x.md",
    ),
  });
  expect(nav).toEqual([
    "· index.md",
    "· A-file.md",
    "· z.md",
    ["A folder", ["· a-folder/one.md"]],
    ["B", ["· b/index.md", "· b/y.md", ["A sub", ["· b/a_sub/x.md"]]]],
  ]);
});

test("awesome-pages arranges folders where it is named", async () => {
  const files = {
    "mkdocs.yml": "site_name: S\nplugins: [awesome-pages]\n",
    "docs/.pages": "nav:\n  - Last: z.md\n  - ...\n  - b\n  - https://example.com\n",
    "docs/b/.pages": "title: Bee\norder: desc\n",
    "docs/c/.pages": "hide: true\n",
    ...pages("docs/index.md", "docs/z.md", "docs/b/one.md", "docs/b/two.md", "docs/c/x.md"),
  };
  expect((await collect(files)).plain).toEqual([
    "Last z.md",
    "· index.md",
    ["Bee", ["· b/two.md", "· b/one.md"]],
    "https://example.com https://example.com",
  ]);
});

test("other sites are included under their names, and never from outside", async () => {
  const {
    plain: nav,
    pages: all,
    told,
  } = await collect(
    {
      "a/mkdocs.yml":
        "site_name: A\nplugins: [monorepo]\nnav:\n  - index.md\n  - B: '!include ./b/mkdocs.yml'\n  - All: '*include ./many/*/mkdocs.yml'\n  - Out: '!include ../../x/mkdocs.yml'\n",
      "a/b/mkdocs.yml": "site_name: bee\nnav: [Start: index.md]\n",
      "a/many/c/mkdocs.yml": "site_name: cee\n",
      ...pages("a/docs/index.md", "a/b/docs/index.md", "a/many/c/docs/x.md"),
    },
    "a",
  );
  expect(nav).toEqual([
    "· index.md",
    ["B", ["Start bee/index.md"]],
    ["All", [["cee", ["· cee/x.md"]]]],
    ["Out", []],
  ]);
  expect(all.get("bee/index.md")).toBe("a/b/docs/index.md");
  expect(told).toEqual(["navigation ../x/mkdocs.yml"]);
});

test.each(["../outside", "/etc", "a/../../b"])("docs_dir %s is refused", async (docsDir) => {
  const files = { "mkdocs.yml": `site_name: S\ndocs_dir: ${docsDir}\n`, ...pages("docs/index.md") };
  await expect(collect(files)).rejects.toMatchObject({ code: "invalid" });
});

test("a bomb of aliases in mkdocs.yml is refused", async () => {
  const bomb = Array.from(
    { length: 12 },
    (_, at) => `a${at}: &a${at} [${`*a${at - 1},`.repeat(at === 0 ? 0 : 9)}x]`,
  );
  await expect(collect({ "mkdocs.yml": bomb.join("\n"), ...pages("docs/index.md") })).rejects.toMatchObject({
    code: "invalid",
  });
});

test("an index stands for its folder", () => {
  expect(["index.md", "a/index.md", "a/README.md", "a/b.md", "a.b.md"].map(addressOf)).toEqual([
    "",
    "a",
    "a",
    "a/b",
    "a.b",
  ]);
});

test("where a page is changed is what mkdocs.yml says, or follows from its host", () => {
  const git = (repository: string) => ({
    address: {
      type: "git",
      target: repository,
      repository,
      cloneUrl: repository,
      branch: null,
      path: "",
    } as const,
    branch: "main",
  });
  const none = { repoUrl: null, editUri: null };
  expect(editUrlOf(none, git("https://github.com/a/b"), "x y.md", "docs/x y.md")).toBe(
    "https://github.com/a/b/edit/main/docs/x%20y.md",
  );
  expect(editUrlOf(none, git("https://gitlab.com/a/b"), "x.md", "docs/x.md")).toBe(
    "https://gitlab.com/a/b/-/edit/main/docs/x.md",
  );
  const own = { repoUrl: "https://git.example/a", editUri: "edit/trunk/docs" };
  expect(editUrlOf(own, git("https://github.com/a/b"), "x.md", "docs/x.md")).toBe(
    "https://git.example/a/edit/trunk/docs/x.md",
  );
  const hostile = { repoUrl: "javascript:alert(1)", editUri: "x" };
  expect(editUrlOf(hostile, { address: null, branch: null }, "x.md", "x.md")).toBeNull();
});
