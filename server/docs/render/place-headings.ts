import type { Element, Root } from "hast";
import { isAnchor } from "./allow-list.ts";
import { eachElement, headingText } from "./read-tree.ts";
import type { RenderedPage, SitePlaces } from "./site-places.ts";
import { slugify, uniqueAnchor } from "./slugify.ts";

const headingTag = /^h[1-6]$/;

/** Footnotes under the names that Python-Markdown gives them: `fn:1`, and back to `fnref:1`. */
const footnoteName = (id: string) => id.replace(/^(fn|fnref)-(.+)$/, "$1:$2");

/**
 * Gives headings their anchors as MkDocs does: those that the author wrote are taken first, the others are made of the
 * text. A heading is shown one level lower, since the page of the entry has a title of its own. Answers with the table of
 * contents and all anchors of the page.
 */
export function placeHeadings(
  tree: Root,
  slugs: SitePlaces["slugs"],
): Pick<RenderedPage, "contents"> & { anchors: Set<string> } {
  const anchors = new Set<string>();
  const headings: Element[] = [];
  eachElement(tree, (element) => {
    const { properties } = element;
    if (typeof properties.id === "string") {
      properties.id = footnoteName(properties.id);
      if (isAnchor(properties.id)) anchors.add(properties.id);
      else delete properties.id;
    }
    if (headingTag.test(element.tagName)) headings.push(element);
  });
  const contents: RenderedPage["contents"] = [];
  for (const element of headings) {
    const level = Number(element.tagName.slice(1));
    const isWritten = element.properties.dataWritten !== undefined;
    delete element.properties.dataWritten;
    element.tagName = `h${Math.min(level + 1, 6)}`;
    element.properties.className = [`doc-h${level}`];
    if (!isWritten) continue;
    const text = headingText(element);
    const anchor =
      typeof element.properties.id === "string"
        ? element.properties.id
        : uniqueAnchor(slugify(text, slugs), anchors);
    element.properties.id = anchor;
    element.properties.dataLevel = String(level);
    contents.push({ level, anchor, text });
    element.children.push({
      type: "element",
      tagName: "a",
      properties: { className: ["doc-anchor"], href: `#${anchor}`, ariaLabel: `Link to “${text}”` },
      children: [{ type: "text", value: "#" }],
    });
  }
  return { contents, anchors };
}
