import { parse } from "yaml";
import { readHead } from "./block-syntax.ts";

export type PreparedText = { text: string; title: string | null };

const fence = /^( *)(`{3,}|~{3,})(.*)$/;

/**
 * Takes the front matter off, and writes what Python-Markdown reads otherwise than CommonMark as CommonMark: a heading
 * needs no space after its `#`, and a line that is indented less than the block above it ends that block.
 */
export function prepareText(source: string): PreparedText {
  const normal = source
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .replaceAll("\0", "\uFFFD");
  const { body, title } = takeFrontMatter(normal);
  const lines: string[] = [];
  const blocks: number[] = [];
  let open: { mark: string; indent: number } | null = null;
  let isAfterText = false;
  for (const line of body.split("\n")) {
    const indent = indentOf(line);
    if (line.trim() === "") {
      lines.push(line);
      isAfterText = false;
      continue;
    }
    if (!open) {
      const before = blocks.length;
      while (blocks.length > 0 && indent < (blocks.at(-1) ?? 0) + 4) blocks.pop();
      if (isAfterText && blocks.length < before) lines.push("");
    }
    const found = fence.exec(line);
    if (open && found && (found[2] ?? "").startsWith(open.mark) && (found[3] ?? "").trim() === "")
      open = null;
    else if (!open && found && indent < 64) open = { mark: found[2] ?? "", indent };
    const isHead = !open && readHead(line.trim()) !== null;
    if (isHead) blocks.push(indent);
    lines.push(open ? line : line.replace(/^( {0,3}#{1,6})([^#\s])/, "$1 $2"));
    isAfterText = !isHead;
  }
  return { text: lines.join("\n"), title };
}

function indentOf(line: string): number {
  let width = 0;
  for (const letter of line) {
    if (letter === " ") width += 1;
    else if (letter === "\t") width += 4 - (width % 4);
    else break;
  }
  return width;
}

function takeFrontMatter(text: string): { body: string; title: string | null } {
  const found = /^---[ \t]*\n([\s\S]{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text);
  if (!found) return { body: text, title: null };
  try {
    const meta: unknown = parse(found[1] ?? "", { logLevel: "error", maxAliasCount: 10 });
    if (typeof meta !== "object" || meta === null || Array.isArray(meta)) return { body: text, title: null };
    const { title } = meta as { title?: unknown };
    const body = text.slice(found[0].length);
    return { body, title: typeof title === "string" && title.trim() !== "" ? title.trim() : null };
  } catch {
    return { body: text, title: null };
  }
}
