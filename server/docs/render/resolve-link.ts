import { posix } from "node:path";
import type { PageSource, SitePlaces } from "./site-places.ts";

export type Resolved =
  | { kind: "page"; path: string; anchor: string }
  | { kind: "outside"; href: string }
  | { kind: "file"; href: string | null; path: string }
  | { kind: "broken"; message: string };

const hasScheme = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Where a link of a page leads. As MkDocs resolves it: against the file of the page; and since pages are written with
 * their later address too (`../install/`), against that where there is no such file.
 */
export function resolveLink(href: string, page: PageSource, places: SitePlaces): Resolved {
  const target = href.trim();
  if (target.startsWith("//")) return { kind: "outside", href: `https:${target}` };
  if (hasScheme.test(target)) return { kind: "outside", href: target };
  const hash = target.indexOf("#");
  const anchor = hash === -1 ? "" : decoded(target.slice(hash + 1));
  const path = decoded((hash === -1 ? target : target.slice(0, hash)).replace(/\?.*$/, ""));
  const own = places.pages[page.docPath] ?? "";
  if (path === "") return { kind: "page", path: own, anchor };
  const fromFile = path.startsWith("/")
    ? inside("", path.slice(1))
    : inside(posix.dirname(page.docPath), path);
  // A folder can only be meant as an address.
  const first = path.endsWith("/") ? findByAddress(path, own, anchor, places) : null;
  return (
    first ??
    (fromFile === null ? null : findPage(fromFile, anchor, places)) ??
    (fromFile === null ? null : findFile(fromFile, places)) ??
    findByAddress(path, own, anchor, places) ??
    findInRepository(path, page, places) ?? { kind: "broken", message: brokenMessage(path) }
  );
}

const brokenMessage = (path: string) =>
  /\.(?:md|markdown)$/i.test(path) || /\/$/.test(path) || !/\.\w+$/.test(path)
    ? "There is no such page"
    : "There is no such file";

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path below the documents, or null where it leaves them. */
function inside(folder: string, path: string): string | null {
  const joined = posix.join(folder === "." ? "" : folder, path);
  return joined === ".." || joined.startsWith("../")
    ? null
    : joined.replace(/^\.\/?$/, "").replace(/\/+$/, "");
}

const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function findPage(docPath: string, anchor: string, { pages }: SitePlaces): Resolved | null {
  const folder = docPath === "" ? "" : `${docPath}/`;
  for (const candidate of [docPath, `${folder}index.md`, `${folder}README.md`]) {
    const path = own(pages, candidate);
    if (path !== undefined) return { kind: "page", path, anchor };
  }
  return null;
}

function findFile(docPath: string, places: SitePlaces): Resolved | null {
  const path = own(places.files, docPath);
  return path === undefined ? null : { kind: "file", path, href: own(places.fileUrls, path) ?? null };
}

/** `../install/` from the address of a page: MkDocs puts each page but an index into a folder of its own. */
function findByAddress(path: string, from: string, anchor: string, places: SitePlaces): Resolved | null {
  const address = path.startsWith("/") ? inside("", path.slice(1)) : inside(from, path);
  if (address === null) return null;
  const wanted = address.replace(/(?:^|\/)index\.html$/, "").replace(/\.(?:html|md)$/, "");
  const found = Object.values(places.pages).find((one) => one === wanted);
  return found === undefined ? null : { kind: "page", path: found, anchor };
}

function findInRepository(path: string, page: PageSource, places: SitePlaces): Resolved | null {
  const file = path.startsWith("/") ? inside("", path.slice(1)) : inside(posix.dirname(page.file), path);
  if (file === null) return null;
  const href = own(places.fileUrls, file);
  return href === undefined ? null : { kind: "file", path: file, href };
}

/** The address of a page of the site, for a link. */
export function pageHref(base: string, path: string, anchor: string): string {
  const address = path === "" ? base : `${base}/${path.split("/").map(encodeURIComponent).join("/")}`;
  return anchor === "" ? address : `${address}#${encodeURIComponent(anchor)}`;
}
