import type { Nodes, Parent, Root } from "mdast";

const list = /^\{:? *([^{}\n]+?) *\}/;
const atEnd = /(?:^|[ \t]+|\n)\{:? *([^{}\n]+?) *\}[ \t]*$/;
const inline = new Set([
  "image",
  "link",
  "linkReference",
  "imageReference",
  "strong",
  "emphasis",
  "inlineCode",
]);

type Properties = Record<string, string | string[]>;

/** `#id .class key=value "quoted"`; null where it is something else that stands in braces. */
export function readAttributes(text: string): Properties | null {
  const properties: Properties = {};
  const classes: string[] = [];
  const rest = text.replace(
    /(?:^|\s+)(?:#([^\s#.=]+)|\.([\w-]+)|([\w-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"']+)))(?=\s|$)/g,
    (_, id?: string, className?: string, key?: string, ...values: (string | undefined)[]) => {
      if (id) properties.id = id;
      else if (className) classes.push(className);
      else if (key && !/^(?:on|style$|class$)/i.test(key))
        properties[key.toLowerCase()] = values[0] ?? values[1] ?? values[2] ?? "";
      return "";
    },
  );
  if (rest.trim() !== "") return null;
  if (classes.length > 0) properties.className = classes;
  return properties;
}

function give(node: Nodes, properties: Properties): void {
  node.data = { ...node.data, hProperties: { ...node.data?.hProperties, ...properties } };
}

/**
 * Attribute lists in their common forms: behind a heading, behind something inside a line, and at the end of a paragraph
 * or on a line of its own below it. What they set is sanitised like everything else.
 */
export function takeAttributeLists(tree: Root): void {
  const open: Parent[] = [tree];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    for (const [index, child] of parent.children.entries()) {
      const before = parent.children[index - 1];
      if (child.type === "text" && before && inline.has(before.type)) {
        const found = list.exec(child.value);
        const properties = found && readAttributes(found[1] ?? "");
        if (found && properties) {
          give(before, properties);
          child.value = child.value.slice(found[0].length);
        }
      }
      if ("children" in child) open.push(child as Parent);
    }
    if (parent.type === "heading" || parent.type === "paragraph") takeFromEnd(parent);
  }
}

function takeFromEnd(parent: Parent): void {
  const last = parent.children.at(-1);
  if (last?.type !== "text") return;
  const found = atEnd.exec(last.value);
  // In a paragraph only on a line of its own: braces within a sentence are text.
  if (!found || (parent.type === "paragraph" && !found[0].startsWith("\n"))) return;
  const properties = readAttributes(found[1] ?? "");
  if (!properties) return;
  give(parent as Nodes, properties);
  last.value = last.value.slice(0, found.index);
}
