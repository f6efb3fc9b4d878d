import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openFolder } from "#server/catalog/trees/folder-tree.ts";
import { findCorpus } from "#server/testing/corpora.ts";
import type { NavItem } from "./model.ts";
import { collectSite } from "./site/collect-site.ts";
import { readTexts, renderSite } from "./site/render-site.ts";

// The navigation of real sites, compared with another reading of their mkdocs.yml: by lines and indentation, with the
// files as they lie on disk, and nothing of the code that is tested.

type Plain = string | [string, Plain[]];

const plain = (items: readonly NavItem[]): Plain[] =>
  items.map((item) =>
    item.kind === "section"
      ? [item.title, plain(item.items)]
      : `${item.title} → ${item.kind === "page" ? item.path : item.href}`,
  );

const unquoted = (text: string) => text.trim().replace(/^(["'])(.*)\1$/, "$2");

function otherReading(configFile: string, prefix = ""): Plain[] {
  const text = readFileSync(configFile, "utf8");
  const docs = join(dirname(configFile), unquoted(/^docs_dir:(.*)$/m.exec(text)?.[1] ?? "docs"));
  const lines = text.split("\n");
  const from = lines.findIndex((line) => /^nav:\s*$/.test(line));
  if (from === -1) return walked(docs, "");
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => /^\S/.test(line));
  const own = (end === -1 ? rest : rest.slice(0, end)).filter((line) => /^\s*- /.test(line));
  return block(own, 0, own.length, { docs, prefix, folder: dirname(configFile) });
}

type Place = { docs: string; prefix: string; folder: string };
const depth = (line: string) => line.search(/\S/);

function block(lines: string[], from: number, to: number, place: Place): Plain[] {
  const result: Plain[] = [];
  for (let at = from; at < to; ) {
    const line = lines[at] ?? "";
    let next = at + 1;
    while (next < to && depth(lines[next] ?? "") > depth(line)) next += 1;
    const item = line.trim().slice(2);
    const named = /^("[^"]*"|'[^']*'|[^:]+):(?: +(.*))?$/.exec(item);
    const [title, value] = named
      ? [unquoted(named[1] ?? ""), unquoted(named[2] ?? "")]
      : [null, unquoted(item)];
    if (title !== null && value === "") result.push([title, block(lines, at + 1, next, place)]);
    else if (value.startsWith("!include ")) {
      const other = join(place.folder, value.slice(9));
      const alias = unquoted(/^site_name:(.*)$/m.exec(readFileSync(other, "utf8"))?.[1] ?? "");
      result.push([title ?? "", otherReading(other, `${alias}/`)]);
    } else if (value.startsWith("*include ")) result.push([title ?? "", []]);
    else if (/^https?:/.test(value)) result.push(`${title} → ${value}`);
    else result.push(`${title ?? titleOf(join(place.docs, value))} → ${address(place.prefix + value)}`);
    at = next;
  }
  return result;
}

const address = (path: string) => path.replace(/\.md$/, "").replace(/(^|\/)index$/, "");

function titleOf(file: string): string {
  const first =
    readFileSync(file, "utf8")
      .split("\n")
      .find((line) => line.trim() !== "") ?? "";
  return /^# (.*)$/.exec(first)?.[1]?.trim() ?? basename(file);
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function walked(folder: string, below: string): Plain[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map(({ name }) => name);
  names.sort((a, b) => Number(b === "index.md") - Number(a === "index.md") || (a < b ? -1 : 1));
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return [
    ...names.map((name) => `${titleOf(join(folder, below, name))} → ${address(join(below, name))}`),
    ...folders.map((name): Plain => [capital(name), walked(folder, join(below, name))]),
  ];
}

const corpus = findCorpus("techdocs");
type Listed = { file: string };
const sites = corpus
  ? (JSON.parse(readFileSync(join(corpus, "index.json"), "utf8")) as Listed[]).map(({ file }) => file)
  : [];

describe.skipIf(corpus === null)("real documentation", () => {
  test("renders with the navigation that its mkdocs.yml says", async () => {
    let equal = 0;
    let pages = 0;
    const left: string[] = [];
    const failed: string[] = [];
    for (const file of sites) {
      const root = join(corpus ?? "", file.split("/")[0] ?? "");
      const folder = dirname(file.split("/").slice(1).join("/")).replace(/^\.$/, "");
      expect(existsSync(join(corpus ?? "", file))).toBe(true);
      const tree = await openFolder(root);
      const site = await collectSite(tree, folder);
      const rendered = await renderSite(site, await readTexts(tree, site), {
        tree,
        address: null,
        branch: null,
        base: "/docs",
        imageBase: "/image",
      });
      expect(plain(rendered.nav), file).toEqual(otherReading(join(corpus ?? "", file)));
      equal += 1;
      pages += rendered.pages.length;
      failed.push(
        ...rendered.pages.filter((page) => page.failure !== null).map((page) => `${file} ${page.path}`),
      );
      left.push(
        ...rendered.problems.map(
          (one) => `${file}: ${one.kind} ${one.path ?? ""} ${one.target} (${one.message})`,
        ),
      );
    }
    expect(failed).toEqual([]);
    console.log(`techdocs navigation ${equal} of ${sites.length}; ${pages} pages rendered, 0 failed`);
    console.log(`${left.length} notes\n${left.join("\n")}`);
  });
});
