import type { Element, ElementContent, Root as HastRoot } from "hast";
import type { Code, Root } from "mdast";
import type { Handler, State } from "mdast-util-to-hast";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import type { DocBlock, DocDefinition, DocDefinitions, DocTabs } from "./nodes.ts";

const h = (tagName: string, properties: Element["properties"], children: ElementContent[]): Element => ({
  type: "element",
  tagName,
  properties,
  children,
});
const words = (value: string): ElementContent => ({ type: "text", value });

/** Kinds of admonitions whose colour we know; others look like a note. */
const kindClass = (kind: string) => `kind-${kind.replace(/[^a-z-]/g, "") || "note"}`;

function block(state: State, node: DocBlock): Element {
  const children = state.wrap(state.all(node), true);
  const className = [kindClass(node.kinds[0] ?? "note")];
  if (node.form === "details")
    return h("details", { className, open: node.isOpen }, [
      h("summary", {}, [words(node.title || "Details")]),
      ...children,
    ]);
  const title = node.title === "" ? [] : [h("p", { className: ["admonition-title"] }, [words(node.title)])];
  return h("div", { className: ["admonition", ...className] }, [...title, ...children]);
}

function tabs(state: State, node: DocTabs): Element {
  return h(
    "div",
    { className: ["doc-tabs"] },
    node.children.map((tab) =>
      h("div", { className: ["doc-tab"], dataTitle: tab.title }, [
        h("p", { className: ["doc-tab-title"] }, [words(tab.title)]),
        ...state.wrap(state.all(tab), true),
      ]),
    ),
  );
}

function definitions(state: State, node: DocDefinitions): Element {
  return h(
    "dl",
    {},
    node.children.map((child) =>
      child.type === "docTerm" ? h("dt", {}, state.all(child)) : h("dd", {}, definitionOf(state, child)),
    ),
  );
}

/** One paragraph alone needs no element of its own. */
function definitionOf(state: State, node: DocDefinition): ElementContent[] {
  const children = state.all(node);
  const [only] = children;
  return children.length === 1 && only?.type === "element" && only.tagName === "p"
    ? only.children
    : state.wrap(children, true);
}

/**
 * ```` ```python title="main.py" linenums="1" hl_lines="2 4-5" ````, also in braces (`{ .python title="…" }`), as PyMdown's
 * SuperFences read it.
 */
export function readFence(
  lang: string,
  meta: string,
): { language: string; title: string; lines: string; start: string } {
  const info = `${lang} ${meta}`.trim();
  const find = (name: string) =>
    new RegExp(`(?:^|[\\s{])${name}=(?:"([^"]*)"|'([^']*)'|([\\w.-]+))`).exec(info);
  const optionOf = (name: string) => {
    const found = find(name);
    return found ? (found[1] ?? found[2] ?? found[3] ?? "") : "";
  };
  const braced = /^\{[^}]*?\.([\w+#-]+)/.exec(info)?.[1];
  const language = info.startsWith("{") ? (braced ?? "") : (/^[\w+#.-]+/.exec(lang)?.[0] ?? "");
  const isOption = /^(?:title|linenums|hl_lines)=/.test(info);
  return {
    language: isOption ? "" : language.slice(0, 40).toLowerCase(),
    title: optionOf("title").slice(0, 200),
    lines: optionOf("hl_lines").slice(0, 200),
    start: optionOf("linenums").slice(0, 9),
  };
}

function code(_: State, node: Code): Element {
  const { language, title, lines, start } = readFence(node.lang ?? "", node.meta ?? "");
  const properties: Element["properties"] = {
    ...(language ? { className: [`language-${language}`] } : {}),
    ...(title ? { dataTitle: title } : {}),
    ...(lines ? { dataLines: lines } : {}),
    ...(start ? { dataStart: start } : {}),
  };
  const value = node.value ? `${node.value}\n` : "";
  return h("pre", {}, [h("code", properties, [words(value)])]);
}

const handlers: Record<string, Handler> = {
  docBlock: block,
  docTabs: tabs,
  docDefinitions: definitions,
  code,
};

/** The tree of elements; raw HTML is still text in it. */
export function toHast(tree: Root): HastRoot {
  const processor = unified().use(remarkRehype, {
    allowDangerousHtml: true,
    clobberPrefix: "",
    footnoteLabel: "Footnotes",
    footnoteLabelProperties: {},
    handlers,
  });
  return processor.runSync(tree) as HastRoot;
}
