import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { LocationAddress } from "#server/catalog/location-address.ts";
import { type CatalogTree, FileRefusal } from "#server/catalog/trees/tree.ts";
import { type DocsProblem, docsLimits, type Heading, type NavItem } from "../model.ts";
import { imageTypes } from "../render/image-types.ts";
import { titleOfFile } from "../render/page-titles.ts";
import { rendererVersion } from "../render/renderer-version.ts";
import type { PageLink, PageSource, RenderAnswer, Section, SitePlaces } from "../render/site-places.ts";
import { type Renderer, startRenderer } from "../render/start-renderer.ts";
import type { DraftNav } from "./build-nav.ts";
import { addressOf, type CollectedSite } from "./collect-site.ts";
import { editUrlOf } from "./edit-url.ts";

export type SitePage = {
  path: string;
  file: string;
  title: string;
  html: string;
  contents: Heading[];
  sections: Section[];
  fileUrl: string | null;
  contentHash: string;
  failure: string | null;
};

type SiteImage = { path: string; hash: string; mediaType: string; bytes: Buffer };

export type RenderedSite = {
  nav: NavItem[];
  pages: SitePage[];
  images: SiteImage[];
  problems: DocsProblem[];
};

type PageText = { text: string; failure: null } | { text: null; failure: string };
export type SiteTexts = Map<string, PageText>;

const sha256 = (...parts: (string | Buffer)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
};

/** The texts of all pages; a page that cannot be read is a sentence in their place. */
export async function readTexts(tree: CatalogTree, site: CollectedSite): Promise<SiteTexts> {
  await tree.fetchAhead([...site.pages.values()]);
  const texts: SiteTexts = new Map();
  let total = 0;
  for (const [docPath, file] of site.pages) {
    const page = await readText(tree, file);
    total += page.text?.length ?? 0;
    texts.set(
      docPath,
      total > docsLimits.siteBytes
        ? { text: null, failure: "The documentation as a whole is larger than 40 MB: this page was left out" }
        : page,
    );
  }
  return texts;
}

async function readText(tree: CatalogTree, file: string): Promise<PageText> {
  try {
    const bytes = await tree.readBytes(file, docsLimits.pageBytes);
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), failure: null };
  } catch (error) {
    if (error instanceof FileRefusal)
      return { text: null, failure: `This page is not shown: ${error.message}` };
    if (error instanceof TypeError)
      return { text: null, failure: "This page is not UTF-8 text: save it as UTF-8" };
    throw error;
  }
}

/** Changes with everything that pages are made of, but the bytes of images, which are read when a page changed. */
export function fingerprintOf(site: CollectedSite, texts: SiteTexts, base: string): string {
  const { nav, slugs, title, description, problems, repoUrl, editUri } = site;
  const hash = sha256(
    JSON.stringify([base, nav, slugs, title, description, problems, repoUrl, editUri]),
    ...[...site.pages].flat(),
    ...[...site.files].flat(),
    ...[...texts.values()].map(({ text, failure }) => text ?? failure),
  );
  return `${rendererVersion}:${hash}`;
}

/** Whether this program would render the same again. */
export const isCurrent = (fingerprint: string): boolean => fingerprint.startsWith(`${rendererVersion}:`);

export type RenderPlace = {
  tree: CatalogTree;
  /** Of the repository that the pages lie in. */
  address: LocationAddress | null;
  branch: string | null;
  base: string;
  imageBase: string;
  signal?: AbortSignal | undefined;
};

type Rendering = {
  site: CollectedSite;
  texts: SiteTexts;
  place: RenderPlace;
  places: SitePlaces;
  titles: ReadonlyMap<string, string>;
  renderer: Renderer;
  endsAt: number;
  /** What the pages say of themselves, gathered while they are rendered. */
  problems: DocsProblem[];
  links: (PageLink & { from: string; file: string })[];
  anchors: Map<string, ReadonlySet<string>>;
  images: Set<string>;
};

/** Renders every page in a process of its own, then judges the links between them. Reads images that are shown. */
export async function renderSite(
  site: CollectedSite,
  texts: SiteTexts,
  place: RenderPlace,
): Promise<RenderedSite> {
  const places = await placesOf(site, place);
  const job: Rendering = {
    ...{ site, texts, place, places, titles: navTitles(site.nav), renderer: startRenderer(places) },
    endsAt: Date.now() + docsLimits.siteSeconds * 1_000,
    ...{ problems: [...site.problems], links: [], anchors: new Map(), images: new Set() },
  };
  const pages: SitePage[] = [];
  try {
    for (const [docPath, file] of site.pages) {
      place.signal?.throwIfAborted();
      pages.push(await renderOne(job, docPath, file));
    }
  } finally {
    await job.renderer.stop();
  }
  tellMissingHeadings(job);
  return {
    nav: finishedNav(site.nav, new Map(pages.map((page) => [page.path, page.title]))),
    pages,
    images: await readImages(place.tree, [...job.images], job.problems),
    problems: job.problems.slice(0, docsLimits.problems),
  };
}

async function renderOne(job: Rendering, docPath: string, file: string): Promise<SitePage> {
  const path = job.places.pages[docPath] ?? "";
  const read = job.texts.get(docPath);
  const navTitle = job.titles.get(docPath) ?? null;
  const own = {
    path,
    file,
    fileUrl: editUrlOf(job.site, job.place, docPath, file),
    contentHash: sha256(read?.text ?? read?.failure ?? ""),
  };
  const answer = await answerFor(job, read, { docPath, file, navTitle });
  if (!answer.ok) {
    const title = navTitle ?? titleOfFile(docPath);
    return { ...own, title, html: "", contents: [], sections: [], failure: answer.failure };
  }
  const { title, html, contents, sections, anchors, links, images, problems } = answer.page;
  job.anchors.set(path, new Set(anchors));
  for (const link of links) job.links.push({ ...link, from: path, file });
  for (const image of images) job.images.add(image);
  for (const problem of problems) job.problems.push({ ...problem, path, file });
  return { ...own, title, html, contents, sections, failure: null };
}

async function answerFor(
  { renderer, endsAt }: Rendering,
  read: PageText | undefined,
  page: Omit<PageSource, "text">,
): Promise<RenderAnswer> {
  if (!read || read.text === null) return { ok: false, failure: read?.failure ?? "This page cannot be read" };
  if (Date.now() > endsAt)
    return {
      ok: false,
      failure: "The documentation takes too long to render: this page was left out",
    };
  return renderer.render({ ...page, text: read.text });
}

/** Of a page that could not be rendered it is not known which headings it has. */
function tellMissingHeadings({ links, anchors, problems }: Rendering): void {
  for (const { from, file, target, path, anchor } of links) {
    const known = anchors.get(path);
    if (known && !known.has(anchor))
      problems.push({ kind: "anchor", path: from, file, target, message: "The page has no such heading" });
  }
}

/** More paths than these are not handed over: links to files of the repository then stay text. */
const maxPaths = 60_000;

async function placesOf(site: CollectedSite, { tree, base, imageBase }: RenderPlace): Promise<SitePlaces> {
  const everything = await tree.paths("");
  const known = everything.length <= maxPaths ? everything : [...site.files.values(), ...site.pages.values()];
  return {
    base,
    imageBase,
    pages: Object.fromEntries([...site.pages.keys()].map((docPath) => [docPath, addressOf(docPath)])),
    files: Object.fromEntries(site.files),
    fileUrls: Object.fromEntries(known.map((path) => [path, webUrl(tree.urlOf(path))])),
    slugs: site.slugs,
  };
}

const webUrl = (url: string | null) => (url !== null && /^https?:/.test(url) ? url : null);

function navTitles(nav: readonly DraftNav[]): Map<string, string> {
  const titles = new Map<string, string>();
  const open = [...nav];
  for (let item = open.pop(); item; item = open.pop()) {
    if (item.kind === "page" && item.title !== null) titles.set(item.docPath, item.title);
    if (item.kind === "section") open.push(...item.items);
  }
  return titles;
}

/** Pages under their own titles where the navigation gives them none. */
function finishedNav(nav: readonly DraftNav[], titles: ReadonlyMap<string, string>): NavItem[] {
  return nav.map((item): NavItem => {
    if (item.kind === "section")
      return { kind: "section", title: item.title, items: finishedNav(item.items, titles) };
    if (item.kind === "link") return item;
    const path = addressOf(item.docPath);
    return { kind: "page", path, title: item.title ?? titles.get(path) ?? titleOfFile(item.docPath) };
  });
}

async function readImages(
  tree: CatalogTree,
  paths: readonly string[],
  problems: DocsProblem[],
): Promise<SiteImage[]> {
  const images: SiteImage[] = [];
  let total = 0;
  const leave = (path: string, message: string) =>
    problems.push({ kind: "image", path: null, file: path, target: path, message });
  await tree.fetchAhead(paths.slice(0, docsLimits.images));
  for (const [index, path] of paths.entries()) {
    if (index >= docsLimits.images || total > docsLimits.siteImageBytes) {
      leave(path, "The documentation has too many or too large images: this one was left out");
      continue;
    }
    try {
      const bytes = await tree.readBytes(path, docsLimits.imageBytes);
      total += bytes.byteLength;
      const mediaType = imageTypes[posix.extname(path).toLowerCase()] ?? "application/octet-stream";
      images.push({ path, hash: sha256(bytes), mediaType, bytes: Buffer.from(bytes) });
    } catch (error) {
      if (!(error instanceof FileRefusal)) throw error;
      leave(path, `The image is not shown: ${error.message}`);
    }
  }
  return images;
}
