import { posix } from "node:path";
import { titleOfName } from "../render/page-titles.ts";
import type { ConfigProblem } from "./read-config.ts";

/** A navigation whose pages are named by their file; a title is null where the page names itself. */
export type DraftNav =
  | { kind: "page"; title: string | null; docPath: string }
  | { kind: "section"; title: string; items: DraftNav[] }
  | { kind: "link"; title: string; href: string };

export type NavTools = {
  /** Page files among the documents, in MkDocs' order. */
  pages: readonly string[];
  problem: (problem: ConfigProblem) => void;
  /** The navigation of another mkdocs.yml (`!include`), with a title where `*include` names the site. */
  include: (pattern: string) => Promise<DraftNav[]>;
};

const maxDepth = 20;

/** The navigation as mkdocs.yml writes it: texts, mappings of a title to a file or a list, and addresses elsewhere. */
export async function buildNav(nav: unknown, tools: NavTools, depth = 0): Promise<DraftNav[]> {
  if (depth > maxDepth) {
    tools.problem({ kind: "navigation", target: "nav", message: "The navigation is nested too deeply" });
    return [];
  }
  if (Array.isArray(nav)) {
    const parts: DraftNav[] = [];
    for (const entry of nav) parts.push(...(await buildNav(entry, tools, depth + 1)));
    return parts;
  }
  if (typeof nav === "string") return placeOf(null, nav, tools);
  if (typeof nav !== "object" || nav === null) return [];
  const parts: DraftNav[] = [];
  for (const [title, value] of Object.entries(nav)) {
    if (typeof value === "string") parts.push(...(await placeOf(title, value, tools)));
    else parts.push({ kind: "section", title, items: await buildNav(value, tools, depth + 1) });
  }
  return parts;
}

async function placeOf(title: string | null, value: string, tools: NavTools): Promise<DraftNav[]> {
  const included = /^(?:!|\*)include +(.+)$/.exec(value);
  if (included) {
    const items = await tools.include(value);
    return title === null ? items : [{ kind: "section", title, items }];
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(value) || value.startsWith("/")) return linkOf(title, value, tools);
  const docPath = posix.normalize(value);
  if (tools.pages.includes(docPath)) return [{ kind: "page", title, docPath }];
  tools.problem({ kind: "navigation", target: value, message: "There is no such page" });
  return [];
}

function linkOf(title: string | null, href: string, tools: NavTools): DraftNav[] {
  if (/^(?:https?:|mailto:|\/(?!\/))/i.test(href)) return [{ kind: "link", title: title ?? href, href }];
  tools.problem({ kind: "navigation", target: href, message: "An address of this kind is not linked to" });
  return [];
}

type Folder = { files: string[]; folders: Map<string, Folder> };

/** Without a navigation of its own a site has its files in it: first those of a folder, then the folders below. */
export function navOfFiles(pages: readonly string[]): DraftNav[] {
  const root: Folder = { files: [], folders: new Map() };
  for (const page of pages) {
    let folder = root;
    for (const name of page.split("/").slice(0, -1)) {
      const next = folder.folders.get(name) ?? { files: [], folders: new Map() };
      folder.folders.set(name, next);
      folder = next;
    }
    folder.files.push(page);
  }
  return itemsOf(root);
}

const itemsOf = ({ files, folders }: Folder): DraftNav[] => [
  ...files.map((docPath): DraftNav => ({ kind: "page", title: null, docPath })),
  ...[...folders].map(
    ([name, folder]): DraftNav => ({ kind: "section", title: titleOfName(name), items: itemsOf(folder) }),
  ),
];

const isIndex = (path: string) => /^(?:index|README)\.[^.]*$/.test(posix.basename(path));

/** As MkDocs walks a folder: its files, the index first, then the folders by name. */
export function inMkdocsOrder(paths: readonly string[]): string[] {
  const key = (path: string) => {
    const parts = path.split("/");
    // "0" before "1": files come before folders, and an index before other files.
    return parts.map((part, index) => [index < parts.length - 1 ? 2 : isIndex(part) ? 0 : 1, part] as const);
  };
  return [...paths]
    .map((path) => ({ path, key: key(path) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ path }) => path);
}

type Key = readonly (readonly [number, string])[];

function compare(a: Key, b: Key): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [left, right] = [a[at], b[at]];
    if (!left || !right) return left ? 1 : -1;
    if (left[0] !== right[0]) return left[0] - right[0];
    if (left[1] !== right[1]) return left[1] < right[1] ? -1 : 1;
  }
  return 0;
}
