import type { Element, ElementContent, Root } from "hast";
import { all, createLowlight } from "lowlight";

const lowlight = createLowlight(all);
lowlight.registerAlias({ ini: ["hcl", "terraform", "tf", "toml"], bash: ["console", "shell-session"] });

/** Longer code stays plain: colours are not worth the time. */
const maxLetters = 60_000;

/** Which lines are meant by `2 4-6`. */
export function readLines(text: string): Set<number> {
  const lines = new Set<number>();
  for (const part of text.split(/[\s,]+/)) {
    const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (!found) continue;
    const from = Number(found[1]);
    for (let line = from; line <= Math.min(Number(found[2] ?? from), from + 2_000); line += 1)
      lines.add(line);
  }
  return lines;
}

/** Code with its words marked by classes; with a line each where lines are marked or numbered. */
export function highlighted(
  value: string,
  language: string,
  options: { lines: Set<number>; start: number | null },
): ElementContent[] {
  const isKnown = language !== "" && value.length <= maxLetters && lowlight.registered(language);
  const tree: Root = isKnown
    ? lowlight.highlight(language, value)
    : { type: "root", children: [{ type: "text", value }] };
  const children = tree.children as ElementContent[];
  if (options.lines.size === 0 && options.start === null) return children;
  const lines = splitLines(children);
  // A text that ends with a new line has no line after it.
  if (lines.at(-1)?.length === 0) lines.pop();
  return lines.map((line, index) => ({
    type: "element",
    tagName: "span",
    properties: {
      className: ["doc-line", ...(options.lines.has(index + 1) ? ["is-marked"] : [])],
      ...(options.start === null ? {} : { dataLine: String(options.start + index) }),
    },
    children: [...line, { type: "text", value: "\n" }],
  }));
}

/** The same nodes line by line: what spans several lines is repeated on each. */
function splitLines(nodes: readonly ElementContent[]): ElementContent[][] {
  const lines: ElementContent[][] = [[]];
  for (const node of nodes) {
    if (node.type === "text") {
      for (const [index, value] of node.value.split("\n").entries()) {
        if (index > 0) lines.push([]);
        if (value !== "") lines.at(-1)?.push({ type: "text", value });
      }
    } else if (node.type === "element") {
      for (const [index, children] of splitLines(node.children).entries()) {
        if (index > 0) lines.push([]);
        const part: Element = { ...node, children };
        if (children.length > 0) lines.at(-1)?.push(part);
      }
    }
  }
  return lines;
}
