import type { Element, ElementContent, Root } from "hast";
import { toString as textOf } from "hast-util-to-string";
import { highlighted, readLines } from "./highlight.ts";
import { eachElement, hasClass } from "./read-tree.ts";
import type { FoundProblem } from "./site-places.ts";

const element = (
  tagName: string,
  properties: Element["properties"],
  children: ElementContent[],
): Element => ({ type: "element", tagName, properties, children });

/** Diagrams of other languages would need a server or a program of their own. */
const otherDiagrams = new Set(["plantuml", "puml", "dot", "graphviz", "d2", "ditaa", "vegalite", "kroki"]);

const ours = ["doc-code", "doc-mermaid", "doc-table"];

/** Code with its title and colours, diagrams as text that the browser draws, tables and boxes as people can use them. */
export function placeCode(tree: Root, problems: FoundProblem[]): void {
  eachElement(tree, (node, parent, index) => {
    const isPlaced = parent.type === "element" && ours.some((name) => hasClass(parent, name));
    if (isPlaced) return;
    if (node.tagName === "pre") parent.children[index] = codeOf(node, problems);
    else if (node.tagName === "code" && parent.type === "element" && parent.tagName !== "pre")
      plainCode(node);
    else if (node.tagName === "table") {
      // Wide tables scroll by themselves, also by keyboard.
      parent.children[index] = element(
        "div",
        { className: ["doc-table"], tabIndex: 0, role: "group", ariaLabel: "Table" },
        [node],
      );
    } else if (node.tagName === "input") parent.children[index] = boxOf(node);
  });
}

/** `#!python code`, PyMdown's marking of a language inside a line. */
function plainCode(node: Element): void {
  const [only] = node.children;
  node.properties = {};
  if (only?.type === "text") only.value = only.value.replace(/^(?:#!|:::)[\w+-]+ /, "");
}

function boxOf(node: Element): Element {
  const isDone = node.properties.checked === true || node.properties.checked === "";
  return element("span", { className: ["doc-box"], role: "img", ariaLabel: isDone ? "Done" : "To do" }, [
    { type: "text", value: isDone ? "☑" : "☐" },
  ]);
}

function codeOf(pre: Element, problems: FoundProblem[]): Element {
  const [code] = pre.children;
  if (pre.children.length !== 1 || code?.type !== "element" || code.tagName !== "code")
    return element("figure", { className: ["doc-code"] }, [
      element("pre", { tabIndex: 0 }, [{ type: "text", value: textOf(pre) }]),
    ]);
  const names = Array.isArray(code.properties.className) ? code.properties.className.map(String) : [];
  const language = names.find((name) => name.startsWith("language-"))?.slice(9) ?? "";
  const value = textOf(code);
  if (language === "mermaid")
    return element("figure", { className: ["doc-mermaid"] }, [
      element("pre", { tabIndex: 0 }, [element("code", {}, [{ type: "text", value }])]),
    ]);
  if (otherDiagrams.has(language))
    problems.push({
      kind: "unsupported",
      target: language,
      message: "A diagram of this kind is shown as its text: Mermaid is drawn",
    });
  const { dataTitle, dataLines, dataStart } = code.properties;
  const start = /^\d{1,6}/.exec(String(dataStart ?? ""));
  const content = highlighted(value, language, {
    lines: readLines(String(dataLines ?? "")),
    start: start ? Number(start[0]) : null,
  });
  const title =
    typeof dataTitle === "string" ? [element("figcaption", {}, [{ type: "text", value: dataTitle }])] : [];
  return element("figure", { className: ["doc-code"] }, [
    ...title,
    element("pre", { tabIndex: 0 }, [
      element("code", { className: ["hljs", ...(language ? [`language-${language}`] : [])] }, content),
    ]),
  ]);
}
