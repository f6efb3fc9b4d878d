import { nameToEmoji } from "gemoji";
import type { Nodes, Parent, PhrasingContent, Root, Text } from "mdast";

/** Made from text: an element of this name. */
const element = (name: string, children: PhrasingContent[], properties: Record<string, string> = {}) =>
  ({ type: "emphasis", children, data: { hName: name, hProperties: properties } }) as PhrasingContent;
const text = (value: string): Text => ({ type: "text", value });

const keyNames: Readonly<Record<string, string>> = {
  alt: "Alt",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  backspace: "Backspace",
  cmd: "Cmd",
  command: "Cmd",
  control: "Ctrl",
  ctrl: "Ctrl",
  del: "Del",
  delete: "Del",
  down: "↓",
  enter: "Enter",
  esc: "Esc",
  escape: "Esc",
  left: "←",
  option: "Option",
  right: "→",
  shift: "Shift",
  space: "Space",
  tab: "Tab",
  up: "↑",
  win: "Win",
  windows: "Win",
};

const keyName = (key: string) =>
  /^["']/.test(key)
    ? key.slice(1, -1)
    : (keyNames[key.replaceAll("-", "").toLowerCase()] ??
      (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1)));

function keys(found: string): PhrasingContent {
  const names = found.match(/"[^"]*"|'[^']*'|[\w-]+/g) ?? [];
  const parts = names.flatMap((name, index) => [
    ...(index > 0 ? [text("+")] : []),
    element("kbd", [text(keyName(name))]),
  ]);
  return element("span", parts, { className: "keys" });
}

/**
 * What PyMdown adds inside a line: emoji by name, keys, marked and inserted text, and what is written above the line.
 * Each alternative begins with letters of its own and has no nested repetition, so that matching stays linear.
 */
const marks =
  /:([a-z0-9_+-]{1,60}):|\+\+((?:[\w-]{1,40}|"[^"+\n]{1,40}")(?:\+(?:[\w-]{1,40}|"[^"+\n]{1,40}")){0,5})\+\+|==([^\s=][^=\n]{0,300}?)==|\^\^([^\s^][^^\n]{0,300}?)\^\^|\^([^\s^]{1,40})\^/g;

/** Names of icons that are pictures of a theme and no letters. */
const themeIcon = /^(?:material|fontawesome|octicons|simple)-/;

/** Answers with how many icons of a theme were left out. */
export function takeInlineMarks(tree: Root): number {
  let icons = 0;
  eachText(tree, (node) => {
    if (!/[:+=^]/.test(node.value)) return null;
    const parts: PhrasingContent[] = [];
    let at = 0;
    for (const found of node.value.matchAll(marks)) {
      const [whole, emoji, pressed, marked, inserted, above] = found;
      let made: PhrasingContent | null = null;
      if (emoji !== undefined) {
        const letter = Object.hasOwn(nameToEmoji, emoji) ? nameToEmoji[emoji] : undefined;
        if (letter) made = text(letter);
        else if (themeIcon.test(emoji)) {
          icons += 1;
          made = text("");
        }
      } else if (pressed !== undefined) made = keys(pressed);
      else if (marked !== undefined) made = element("mark", [text(marked)]);
      else if (inserted !== undefined) made = element("ins", [text(inserted)]);
      else if (above !== undefined) made = element("sup", [text(above)]);
      if (!made) continue;
      parts.push(text(node.value.slice(at, found.index)), made);
      at = found.index + whole.length;
    }
    return at === 0 ? null : [...parts, text(node.value.slice(at))];
  });
  return icons;
}

const abbreviation = /^\*\[([^\]\n]{1,100})\]: *(.{1,300})$/;
const maxAbbreviations = 300;

/** Takes the lines `*[HTML]: Hyper Text Markup Language` out, and explains the short form wherever it stands. */
export function takeAbbreviations(tree: Root, source: string): void {
  const meanings = new Map<string, string>();
  const open: Parent[] = [tree];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    parent.children = parent.children.filter((child) => !isAbbreviations(child, source, meanings));
    for (const child of parent.children) if ("children" in child) open.push(child as Parent);
  }
  if (meanings.size === 0) return;
  const names = [...meanings.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${names.join("|")})(?![\\p{L}\\p{N}_])`, "gu");
  eachText(tree, (node) => {
    const parts: PhrasingContent[] = [];
    let at = 0;
    for (const found of node.value.matchAll(pattern)) {
      const title = meanings.get(found[0]) ?? "";
      parts.push(text(node.value.slice(at, found.index)), element("abbr", [text(found[0])], { title }));
      at = found.index + found[0].length;
    }
    return at === 0 ? null : [...parts, text(node.value.slice(at))];
  });
}

function isAbbreviations(node: Nodes, source: string, meanings: Map<string, string>): boolean {
  if (node.type !== "paragraph" || !node.position) return false;
  const { start, end } = node.position;
  if (source[start.offset ?? 0] !== "*" || source[(start.offset ?? 0) + 1] !== "[") return false;
  const lines = source.slice(start.offset, end.offset).split("\n");
  const found = lines.map((line) => abbreviation.exec(line.trim()));
  if (found.some((one) => one === null)) return false;
  for (const one of found)
    if (one && meanings.size < maxAbbreviations) meanings.set(one[1] ?? "", (one[2] ?? "").trim());
  return true;
}

/** Replaces texts by what `change` makes of them; texts of links' addresses, code and raw HTML are not among them. */
function eachText(tree: Root, change: (node: Text) => PhrasingContent[] | null): void {
  const open: Parent[] = [tree];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    const children: Nodes[] = [];
    let isChanged = false;
    for (const child of parent.children) {
      const made = child.type === "text" ? change(child) : null;
      if (made) {
        children.push(...made.filter((one) => one.type !== "text" || one.value !== ""));
        isChanged = true;
      } else children.push(child);
      if ("children" in child) open.push(child as Parent);
    }
    if (isChanged) parent.children = children as typeof parent.children;
  }
}
