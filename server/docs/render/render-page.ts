import type { Element, Root as HastRoot } from "hast";
import { toHtml } from "hast-util-to-html";
import type { Heading, Root } from "mdast";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { docsLimits } from "../model.ts";
import { allowList } from "./allow-list.ts";
import { arrangeBlocks } from "./arrange-blocks.ts";
import { takeAttributeLists } from "./attribute-lists.ts";
import { blockNodes, blockSyntax } from "./block-syntax.ts";
import { takeAbbreviations, takeInlineMarks } from "./inline-marks.ts";
import { titleOfFile } from "./page-titles.ts";
import { placeCode } from "./place-code.ts";
import { placeHeadings } from "./place-headings.ts";
import { type PageContext, placeLinks } from "./place-links.ts";
import { prepareText } from "./prepare-text.ts";
import { eachElement, readSections } from "./read-tree.ts";
import type { FoundProblem, PageSource, RenderedPage, SitePlaces } from "./site-places.ts";
import { toHast } from "./to-hast.ts";

const parser = unified()
  .use(remarkParse)
  // PyMdown's `~x~` is written below the line, which is left as it stands.
  .use(remarkGfm, { singleTilde: false });
parser.data("micromarkExtensions", [...(parser.data("micromarkExtensions") ?? []), blockSyntax]);
parser.data("fromMarkdownExtensions", [...(parser.data("fromMarkdownExtensions") ?? []), blockNodes]);
const cleaner = unified()
  .use(rehypeRaw)
  .use(() => keepOldAnchors)
  .use(rehypeSanitize, allowList);

/**
 * One page of Markdown, as MkDocs with its usual extensions reads it, as sanitised HTML and what the site needs to know of
 * it. Pure; how long it may take and how much memory it may use is bounded by the process around it.
 */
export function renderPage(page: PageSource, places: SitePlaces): RenderedPage {
  const prepared = prepareText(page.text);
  const problems: FoundProblem[] = [];
  const tree = parser.parse(prepared.text) as Root;
  noteUnsupported(prepared.text, problems);
  takeToc(tree);
  takeAbbreviations(tree, prepared.text);
  takeAttributeLists(tree);
  if (takeInlineMarks(tree) > 0)
    problems.push({ kind: "unsupported", target: "icons", message: "Icons of a theme are left out" });
  arrangeBlocks(tree);
  const firstHeading = markHeadings(tree);
  const clean = cleaner.runSync(toHast(tree)) as HastRoot;
  const context: PageContext = { page, places, links: [], images: new Set(), problems };
  const { contents, anchors } = placeHeadings(clean, places.slugs);
  placeLinks(clean, context);
  placeCode(clean, problems);
  const title = page.navTitle ?? prepared.title ?? firstHeading ?? titleOfFile(page.docPath);
  if (!contents.some(({ level }) => level === 1)) clean.children.unshift(titleElement(title));
  const html = toHtml(clean);
  if (html.length > docsLimits.htmlBytes) throw new RangeError("too long");
  return {
    title: title.slice(0, 300),
    html,
    contents: contents.slice(0, 1_000),
    anchors: [...anchors],
    sections: readSections(clean, title),
    links: context.links,
    images: [...context.images],
    problems,
  };
}

/** Answers with the text of the first heading, when that is of the first level: MkDocs then calls the page so. */
function markHeadings(tree: Root): string | null {
  const open: Root["children"] = [...tree.children].reverse();
  let first: Heading | null = null;
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === "heading") {
      first ??= node;
      node.data = { ...node.data, hProperties: { ...node.data?.hProperties, dataWritten: "" } };
    } else if ("children" in node) open.push(...([...node.children].reverse() as typeof open));
  }
  return first?.depth === 1 ? plainText(first) : null;
}

function plainText(node: Heading): string | null {
  const parts: string[] = [];
  const open: unknown[] = [...node.children].reverse();
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, children } = next as { value?: string; children?: unknown[] };
    if ((next as { type: string }).type === "html") continue;
    if (value !== undefined) parts.push(value);
    if (children) open.push(...[...children].reverse());
  }
  const text = parts.join("").trim();
  return text === "" ? null : text;
}

function titleElement(title: string): Element {
  return {
    type: "element",
    tagName: "h2",
    properties: { className: ["doc-h1"] },
    children: [{ type: "text", value: title }],
  };
}

/** `[TOC]` alone: the table of contents stands beside the page. */
function takeToc(tree: Root): void {
  tree.children = tree.children.filter((node) => {
    const [only] = node.type === "paragraph" && node.children.length === 1 ? node.children : [];
    return !(only?.type === "text" && only.value.trim() === "[TOC]");
  });
}

/** `<a name="x">` is an anchor, and the name itself is not kept. */
function keepOldAnchors(tree: HastRoot): void {
  eachElement(tree, ({ tagName, properties }) => {
    if (tagName === "a" && typeof properties.name === "string") properties.id ??= properties.name;
  });
}

const unsupported: readonly [RegExp, string, string][] = [
  [/^[ \t]*-{1,}8<-{1,}/m, "--8<--", "Texts of other files are not brought in: write them into the page"],
  [/^ *::: +[\w.]+/m, ":::", "Documentation made of source code is not built"],
  [/\{%-? *\w/, "{% … %}", "Macros are not run"],
  [
    /<\w+[^>]* markdown(?:="?\w*"?)?[ >]/,
    "markdown inside HTML",
    "Markdown inside of HTML elements needs an empty line around it",
  ],
];

function noteUnsupported(text: string, problems: FoundProblem[]): void {
  const withoutCode = text.replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[ \t]*$/gm, "");
  for (const [pattern, target, message] of unsupported)
    if (pattern.test(withoutCode)) problems.push({ kind: "unsupported", target, message });
}
