import { posix } from "node:path";
import { parse } from "yaml";
import { titleOfName } from "../render/page-titles.ts";
import type { DraftNav } from "./build-nav.ts";

/** What a `.pages` file says of its folder. */
type FolderRule = { title: string | null; nav: unknown[] | null; isReversed: boolean; isHidden: boolean };

const none: FolderRule = { title: null, nav: null, isReversed: false, isHidden: false };

export function readFolderRule(text: string): FolderRule {
  try {
    const value = parse(text, { logLevel: "error", maxAliasCount: 10 }) as Record<string, unknown> | null;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return none;
    const nav = value.nav ?? value.arrange;
    return {
      title: typeof value.title === "string" ? value.title : null,
      nav: Array.isArray(nav) ? nav : null,
      isReversed: value.order === "desc",
      isHidden: value.hide === true,
    };
  } catch {
    return none;
  }
}

/**
 * The navigation of files as the plugin awesome-pages arranges it: each folder by its own `.pages` file, given here by
 * folder ("" is the top).
 */
export function arrangePages(
  nav: readonly DraftNav[],
  rules: ReadonlyMap<string, FolderRule>,
  folder = "",
): DraftNav[] {
  const rule = rules.get(folder) ?? none;
  const below = nav.flatMap((item): { name: string; item: DraftNav }[] => {
    if (item.kind !== "section")
      return [{ name: item.kind === "page" ? posix.basename(item.docPath) : item.title, item }];
    const name = folderName(item, folder);
    const path = posix.join(folder, name);
    const inner = rules.get(path) ?? none;
    if (inner.isHidden) return [];
    const items = arrangePages(item.items, rules, path);
    return [{ name, item: { ...item, title: inner.title ?? titleOfName(name), items } }];
  });
  if (rule.isReversed) below.reverse();
  if (!rule.nav) return below.map(({ item }) => item);
  return arranged(rule.nav, below, new Set());
}

function arranged(
  entries: readonly unknown[],
  below: readonly { name: string; item: DraftNav }[],
  taken: Set<string>,
): DraftNav[] {
  const named = entries.flatMap((entry): { title: string | null; value: unknown }[] => {
    if (typeof entry === "string") return [{ title: null, value: entry }];
    if (typeof entry !== "object" || entry === null) return [];
    return Object.entries(entry).map(([title, value]) => ({ title, value }));
  });
  const isRest = (value: unknown) => typeof value === "string" && /^\.\.\.(?:$| )/.test(value);
  for (const { value } of named) if (typeof value === "string" && !isRest(value)) taken.add(value);
  return named.flatMap(({ title, value }): DraftNav[] => {
    if (Array.isArray(value))
      return title === null ? [] : [{ kind: "section", title, items: arranged(value, below, taken) }];
    if (typeof value !== "string") return [];
    if (isRest(value)) return below.filter(({ name }) => !taken.has(name)).map(({ item }) => item);
    if (/^https?:/i.test(value)) return [{ kind: "link", title: title ?? value, href: value }];
    const found = below.find(({ name }) => name === value);
    return found ? [title === null ? found.item : { ...found.item, title }] : [];
  });
}

/** The folder of a section that was made of files. */
function folderName(item: DraftNav & { kind: "section" }, folder: string): string {
  const first = firstPage(item);
  const rest = folder === "" ? first : first.slice(folder.length + 1);
  return rest.split("/")[0] ?? "";
}

function firstPage(item: DraftNav): string {
  if (item.kind === "page") return item.docPath;
  if (item.kind === "link") return "";
  for (const inner of item.items) {
    const found = firstPage(inner);
    if (found !== "") return found;
  }
  return "";
}
