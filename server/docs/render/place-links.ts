import { extname } from "node:path/posix";
import type { Element, ElementContent, Parents, Root } from "hast";
import { imageTypes } from "./image-types.ts";
import { eachElement } from "./read-tree.ts";
import { pageHref, type Resolved, resolveLink } from "./resolve-link.ts";
import type { FoundProblem, PageLink, PageSource, SitePlaces } from "./site-places.ts";

export type PageContext = {
  page: PageSource;
  places: SitePlaces;
  links: PageLink[];
  images: Set<string>;
  problems: FoundProblem[];
};

const span = (className: string, value: string, title?: string): Element => ({
  type: "element",
  tagName: "span",
  properties: { className: [className], ...(title ? { title } : {}) },
  children: [{ type: "text", value }],
});

/** Links and images as readers can follow and see them here; what leads nowhere is noted, and stays as text. */
export function placeLinks(tree: Root, context: PageContext): void {
  const linked = new Set<Parents>();
  eachElement(tree, (node, parent, index) => {
    if (linked.has(parent)) linked.add(node);
    if (node.tagName === "img") parent.children[index] = placeImage(node, context, linked.has(parent));
    if (node.tagName !== "a") return;
    linked.add(node);
    if (typeof node.properties.href === "string") placeLink(node, node.properties.href, context);
  });
}

function placeLink(node: Element, href: string, context: PageContext): void {
  const { page, places } = context;
  const isOfFootnote = /^#(?:fn|fnref)-/.test(href);
  const resolved: Resolved = resolveLink(
    isOfFootnote ? href.replace(/^#(fn|fnref)-/, "#$1:") : href,
    page,
    places,
  );
  const { properties } = node;
  delete properties.href;
  if (resolved.kind === "page") {
    const isHere = resolved.path === places.pages[page.docPath];
    properties.href =
      isHere && resolved.anchor !== ""
        ? `#${encodeURIComponent(resolved.anchor).replaceAll("%3A", ":")}`
        : pageHref(places.base, resolved.path, resolved.anchor);
    if (resolved.anchor !== "")
      context.links.push({ target: href, path: resolved.path, anchor: resolved.anchor });
    return;
  }
  if (resolved.kind === "broken") {
    context.problems.push({ kind: "link", target: href, message: resolved.message });
    node.tagName = "span";
    node.properties = { className: ["doc-missing"], title: `${resolved.message}: ${href}` };
    return;
  }
  if (resolved.href === null) {
    node.tagName = "span";
    node.properties = {
      title: `A file of the repository: ${resolved.kind === "file" ? resolved.path : href}`,
    };
    return;
  }
  properties.href = resolved.href;
  if (!resolved.href.startsWith("mailto:")) properties.rel = ["noopener", "noreferrer", "nofollow"];
}

function placeImage(node: Element, context: PageContext, isInLink: boolean): Element {
  const { page, places, problems, images } = context;
  const alt = typeof node.properties.alt === "string" ? node.properties.alt : "";
  const src = typeof node.properties.src === "string" ? node.properties.src : "";
  if (src === "") {
    problems.push({ kind: "image", target: alt || "image", message: "An image without a usable address" });
    return span("doc-missing", alt || "Image");
  }
  const resolved = resolveLink(src, page, places);
  if (resolved.kind === "outside") return outsideImage(resolved.href, alt, isInLink);
  if (resolved.kind !== "file") {
    problems.push({ kind: "image", target: src, message: "There is no such image" });
    return span("doc-missing", alt ? `Image not found: ${alt}` : "Image not found", src);
  }
  if (!Object.hasOwn(imageTypes, extname(resolved.path).toLowerCase())) {
    problems.push({ kind: "image", target: src, message: "A file of this kind is not shown as an image" });
    return span("doc-missing", alt || "Image", src);
  }
  images.add(resolved.path);
  const { width, height, title, align, className } = node.properties;
  return {
    type: "element",
    tagName: "img",
    properties: {
      src: `${places.imageBase}?path=${encodeURIComponent(resolved.path)}`,
      alt,
      loading: "lazy",
      ...(title ? { title } : {}),
      ...(align ? { align } : {}),
      ...(className ? { className } : {}),
      ...(isSize(width) ? { width } : {}),
      ...(isSize(height) ? { height } : {}),
    },
    children: [],
  };
}

const isSize = (value: unknown) => /^\d{1,4}%?$/.test(String(value ?? ""));

/** Another host would learn who reads what: its images are links, which somebody follows or not. */
function outsideImage(href: string, alt: string, isInLink: boolean): Element {
  const host = URL.canParse(href) ? new URL(href).host : href;
  const children: ElementContent[] = [
    { type: "text", value: alt ? `${alt} (image at ${host})` : `Image at ${host}` },
  ];
  if (isInLink)
    return { type: "element", tagName: "span", properties: { className: ["doc-outside-image"] }, children };
  return {
    type: "element",
    tagName: "a",
    properties: { href, className: ["doc-outside-image"], rel: ["noopener", "noreferrer", "nofollow"] },
    children,
  };
}
