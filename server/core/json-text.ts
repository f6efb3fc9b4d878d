import { invalid } from "./errors.ts";

/** Entities nest a dozen levels, large OpenAPI texts forty; what walks a value by calling itself breaks at some thousand. */
export const maxJsonDepth = 100;

/** How deep lists and objects nest, counted without reading the text as JSON; stops counting above the limit. */
export function isDeeper(text: string, limit = maxJsonDepth): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openBracket || code === openBrace) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === closeBracket || code === closeBrace) depth -= 1;
  }
  return false;
}

/**
 * Reads what somebody sent as JSON. Throws a DomainError for what is no JSON, nests too deeply, names a key twice (two
 * readers could take it differently), or has a key `__proto__` or a NUL, which nobody means.
 */
export function readJsonText(text: string): unknown {
  if (isDeeper(text)) throw invalid(`The body is nested deeper than ${maxJsonDepth} levels`);
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(text)) throw invalid("The body holds a NUL character: leave it out");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("The body is not readable as JSON");
  }
  refuseKeys(text);
  return value;
}

/**
 * Refuses the shape of a text that another reader takes as JSON: depth, keys twice, `__proto__`. Whether it is JSON at all
 * is left to that reader. Throws a DomainError.
 */
export function refuseJsonShape(text: string): void {
  if (isDeeper(text)) throw invalid(`The input is nested deeper than ${maxJsonDepth} levels`);
  try {
    JSON.parse(text);
  } catch {
    return;
  }
  refuseKeys(text);
}

const quote = 34;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const backslash = 92;

/** Where a string ends that begins at `start`; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

/** Of a text that is JSON: a string is a key where a colon follows. */
function refuseKeys(text: string): void {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === openBrace) open.push(new Set());
    else if (code === openBracket) open.push(null);
    else if (code === closeBrace || code === closeBracket) open.pop();
    else if (code === quote) {
      const end = endOfString(text, at);
      if (colonFollows(text, end + 1)) refuseKey(JSON.parse(text.slice(at, end + 1)) as string, open.at(-1));
      at = end;
    }
  }
}

function colonFollows(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) <= 32) at += 1;
  return text[at] === ":";
}

function refuseKey(key: string, seen: Set<string> | null | undefined): void {
  if (key === "__proto__") throw invalid('The body has a key "__proto__": leave it out');
  if (seen?.has(key)) throw invalid(`The body has the key "${key.slice(0, 60)}" twice`);
  seen?.add(key);
}
