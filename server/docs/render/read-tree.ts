import type { Element, Nodes, Parents, Root } from "hast";
import type { Section } from "./site-places.ts";

/** Every element with its parent, in the order of the page; without recursion, since pages nest as they like. */
export function eachElement(
  tree: Root,
  visit: (element: Element, parent: Parents, index: number) => void,
): void {
  const open: Parents[] = [tree];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    const inner: Parents[] = [];
    for (let index = 0; index < parent.children.length; index += 1) {
      const child = parent.children[index];
      if (child?.type !== "element") continue;
      visit(child, parent, index);
      const now = parent.children[index];
      if (now?.type === "element") inner.push(now);
    }
    open.push(...inner.reverse());
  }
}

const blocks = new Set(
  "p div li td th tr dt dd pre summary details blockquote figure figcaption table ul ol dl section".split(
    " ",
  ),
);
const silent = new Set(["doc-anchor", "footnote-backref", "data-footnote-backref"]);

export const hasClass = (element: Element, name: string): boolean =>
  Array.isArray(element.properties.className) && element.properties.className.includes(name);

/** The text of a page by headings: what is searched. `text` of a section is at most 100,000 letters. */
export function readSections(tree: Root, pageTitle: string): Section[] {
  const sections: { anchor: string | null; title: string; parts: string[] }[] = [
    { anchor: null, title: pageTitle, parts: [] },
  ];
  const open: Nodes[] = [...tree.children].reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === "text") {
      sections.at(-1)?.parts.push(node.value);
      continue;
    }
    if (node.type !== "element") continue;
    if ([...silent].some((name) => hasClass(node as Element, name))) continue;
    if (blocks.has(node.tagName)) sections.at(-1)?.parts.push(" ");
    if (node.properties.dataLevel !== undefined) {
      sections.push({ anchor: String(node.properties.id), title: headingText(node), parts: [] });
      continue;
    }
    open.push(...[...node.children].reverse());
  }
  return sections
    .map(({ anchor, title, parts }) => ({
      anchor,
      title,
      text: parts.join("").replace(/\s+/g, " ").trim().slice(0, 100_000),
    }))
    .filter(({ text, anchor }) => text !== "" || anchor !== null);
}

/** What a heading says, without what was added for links and footnotes. */
export function headingText(heading: Element): string {
  const parts: string[] = [];
  const open: Nodes[] = [...heading.children].reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === "text") parts.push(node.value);
    if (node.type !== "element" || hasClass(node, "doc-anchor")) continue;
    // The number of a footnote does not belong to the heading.
    if (node.tagName === "sup" && JSON.stringify(node.properties).includes("fnref")) continue;
    open.push(...[...node.children].reverse());
  }
  return parts.join("").replace(/\s+/g, " ").trim();
}
