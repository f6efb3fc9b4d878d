import { isNode, LineCounter, parseDocument } from "yaml";
import { isDeeper } from "#server/core/json-text.ts";
import { apiLimits, type Problem } from "../model.ts";

export type Place = { line: number | null; column: number | null };
export type ParsedText =
  | { ok: true; value: Record<string, unknown>; locate: (path: readonly string[]) => Place }
  | { ok: false; problem: Problem };

const nowhere: Place = { line: null, column: null };
const problem = (message: string, place: Place = nowhere): ParsedText => ({
  ok: false,
  problem: { message, ...place, path: null },
});

/** Reads a definition that is YAML or JSON. Never throws; what is wrong is told with its line. */
export function parseText(text: string): ParsedText {
  if (text.trim() === "") return problem("The definition is empty");
  if (isDeeper(text, 500)) return problem("The definition is nested deeper than 500 levels");
  if (/^\s*\{/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      const locate = text.length > apiLimits.validatedLength ? () => nowhere : laterLocate(text);
      return isRecord(value) ? { ok: true, value, locate } : problem("The definition is not an object");
    } catch {
      // Flow style of YAML begins in the same way, and YAML says where the mistake is.
    }
  }
  return parseYaml(text);
}

function parseYaml(text: string): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error) return problem(`This is not readable as YAML: ${error.message}`, at(error.pos[0]));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1000 });
  } catch (failure) {
    return problem(`Its anchors and aliases cannot be resolved: ${messageOf(failure)}`);
  }
  if (!isRecord(value)) return problem("The definition is a text, not a document with fields", at(0));
  return { ok: true, value, locate: (path) => locateIn(document, path, at) };
}

function locateIn(
  document: ReturnType<typeof parseDocument>,
  path: readonly string[],
  at: (offset: number) => Place,
): Place {
  for (let length = path.length; length >= 0; length -= 1) {
    const keys = path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const node = length === 0 ? document.contents : findNode(document, keys, path.slice(0, length));
    if (isNode(node) && node.range) return at(node.range[0]);
  }
  return nowhere;
}

/** Status codes are numbers for YAML and texts in a pointer, so both are tried. */
function findNode(
  document: ReturnType<typeof parseDocument>,
  keys: readonly unknown[],
  texts: readonly string[],
): unknown {
  try {
    return document.getIn(keys, true) ?? document.getIn(texts, true);
  } catch {
    return null;
  }
}

/** JSON is read as YAML only when something in it has to be pointed at. */
function laterLocate(text: string): (path: readonly string[]) => Place {
  let parsed: ParsedText | null = null;
  return (path) => {
    parsed ??= parseYaml(text);
    return parsed.ok ? parsed.locate(path) : nowhere;
  };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
