import type { Paragraph, Parent, PhrasingContent, Root, RootContent } from "mdast";
import type { DocDefinition, DocDefinitions, DocTerm } from "./nodes.ts";

/** Brings tabs that follow one another together, and definitions with the terms above them. */
export function arrangeBlocks(tree: Root): void {
  const open: Parent[] = [tree];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    const isArranged = parent.type === "docTabs" || parent.type === "docDefinitions";
    if (!isArranged && parent.children.some(({ type }) => type === "docBlock" || type === "docDefinition"))
      parent.children = arranged(parent.children as RootContent[]);
    for (const child of parent.children) if ("children" in child) open.push(child as Parent);
  }
}

function arranged(children: readonly RootContent[]): RootContent[] {
  const result: RootContent[] = [];
  for (const child of children) {
    const last = result.at(-1);
    if (child.type === "docBlock" && child.form === "tab") {
      if (last?.type === "docTabs") last.children.push(child);
      else result.push({ type: "docTabs", children: [child] });
    } else if (child.type === "docDefinition") takeDefinition(result, child);
    else result.push(child);
  }
  return result;
}

function takeDefinition(result: RootContent[], definition: DocDefinition): void {
  const last = result.at(-1);
  if (last?.type === "docDefinitions") {
    last.children.push(definition);
    return;
  }
  if (last?.type !== "paragraph") {
    // Nothing above it could be its term: it stays the text that it is.
    result.push(...(definition.children as RootContent[]));
    return;
  }
  result.pop();
  const earlier = result.at(-1);
  const terms = termsOf(last);
  if (earlier?.type === "docDefinitions") earlier.children.push(...terms, definition);
  else {
    const list: DocDefinitions = { type: "docDefinitions", children: [...terms, definition] };
    result.push(list);
  }
}

/** Each line of the paragraph is a term. */
function termsOf(paragraph: Paragraph): DocTerm[] {
  const lines: PhrasingContent[][] = [[]];
  for (const child of paragraph.children) {
    const parts = child.type === "text" ? child.value.split("\n") : null;
    if (!parts) lines.at(-1)?.push(child);
    else
      for (const [index, value] of parts.entries()) {
        if (index > 0) lines.push([]);
        if (value !== "") lines.at(-1)?.push({ type: "text", value });
      }
  }
  return lines.filter((line) => line.length > 0).map((children) => ({ type: "docTerm", children }));
}
