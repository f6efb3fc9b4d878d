import picomatch from "picomatch";

/** Where hosts look for the file, in their order: the first that is there counts. */
export const codeOwnersPaths = [
  ".github/CODEOWNERS",
  ".gitlab/CODEOWNERS",
  "CODEOWNERS",
  "docs/CODEOWNERS",
] as const;

export type CodeOwnersRule = {
  pattern: string;
  /** As written: `@user`, `@organisation/team`, an e-mail address. Empty: explicitly nobody's. */
  owners: string[];
  line: number;
  /** GitLab judges each section on its own; GitHub knows none. */
  section: string;
  isMatch: (path: string) => boolean;
};

/** Hosts ignore files over 3 MB; a few thousand rules are more than anybody keeps. */
const limits = { characters: 3_000_000, rules: 5_000, pattern: 300, stars: 10 };

/**
 * Reads a CODEOWNERS file in the syntax that GitHub documents, and GitLab's sections (`[Name] @default`, `^[Optional]`,
 * `[Name][2]`). Lines that are no rule (`!negation`, ranges, patterns that are too long) are left out, as hosts do.
 */
export function parseCodeOwners(text: string): CodeOwnersRule[] {
  const rules: CodeOwnersRule[] = [];
  let section = "";
  let usual: string[] = [];
  for (const [index, raw] of text.slice(0, limits.characters).split(/\r?\n/).entries()) {
    const words = wordsOf(raw);
    if (words.length === 0) continue;
    const head = /^\^?\[([^\]]+)\](?:\[\d+\])?(.*)$/.exec(raw.trim());
    if (head) {
      section = head[1] ?? "";
      usual = wordsOf(head[2] ?? "").filter(isOwner);
      continue;
    }
    const [pattern = "", ...named] = words;
    const isMatch = matcherOf(pattern);
    if (!isMatch) continue;
    const own = named.filter(isOwner);
    rules.push({ pattern, owners: own.length > 0 ? own : usual, line: index + 1, section, isMatch });
    if (rules.length >= limits.rules) break;
  }
  return rules;
}

/** The rules that decide about a path: the last that fits, in each section. */
export function rulesFor(rules: readonly CodeOwnersRule[], path: string): CodeOwnersRule[] {
  const last = new Map<string, CodeOwnersRule>();
  for (const rule of rules) if (rule.isMatch(path)) last.set(rule.section, rule);
  return [...last.values()];
}

const isOwner = (word: string) => /^@[\w.-]+(?:\/[\w./-]+)?$/.test(word) || /^[^@\s]+@[^@\s]+$/.test(word);

/** Words of a line: a backslash keeps the space or the "#" that follows, an unescaped "#" at a word's start ends the line. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word = "";
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? "";
    if (letter === "\\" && at + 1 < line.length) {
      word += line[at + 1];
      at += 1;
    } else if (/\s/.test(letter)) {
      if (word) words.push(word);
      word = "";
    } else if (letter === "#" && word === "") break;
    else word += letter;
  }
  if (word) words.push(word);
  return words;
}

/**
 * As in .gitignore: a slash at the beginning or in the middle ties the pattern to the root, one at the end means what
 * lies in the folder, and a name without wildcards at its end stands for the folder's contents too. `docs/*` does not.
 */
function matcherOf(pattern: string): ((path: string) => boolean) | null {
  if (pattern.startsWith("!") || pattern.length > limits.pattern || pattern.split("*").length > limits.stars)
    return null;
  const bare = pattern.replace(/^\/+|\/+$/g, "");
  if (bare === "") return pattern === "/" ? () => true : null;
  const isTied = /^\/|\/(?=.)/.test(pattern);
  const from = isTied || bare.startsWith("**/") ? bare : `**/${bare}`;
  const isFolder = pattern.endsWith("/");
  const isOneLevel = bare.includes("/") && bare.endsWith("/*");
  const globs = isFolder ? [`${from}/**/*`] : isOneLevel ? [from] : [from, `${from}/**`];
  const isMatch = picomatch(globs, {
    dot: true,
    nonegate: true,
    noextglob: true,
    nobrace: true,
    nobracket: true,
  });
  return (path) => isMatch(path);
}
