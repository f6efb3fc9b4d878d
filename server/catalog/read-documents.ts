import { Composer, type Document, isMap, isPair, isScalar, isSeq, LineCounter, Parser, visit } from "yaml";

/**
 * Bounds of one file, and of each document in it, since a document is read in one go and nothing else happens meanwhile:
 * with these it takes well under a second. The largest of 700 public files has 60 kB; ten thousand targets are 60,000
 * tokens.
 */
export const fileLimits = { bytes: 5_000_000, documents: 20_000, depth: 200, tokens: 1_500_000 };
const documentLimits = { tokens: 120_000, lines: 250_000 };

export type Position = { line: number; column: number };

/** A document that could be read: its value as plain data, its own text, and where each field stands in the file. */
export type SourceDocument = {
  value: Record<string, unknown>;
  /** Its own YAML, without the separator. */
  text: string;
  start: Position;
  /** Position of the field at a JSON pointer, or of the nearest field above it that exists. */
  locate: (pointer: string) => Position;
};

type UnreadableDocument = { message: string; position: Position };

type ReadDocument = { ok: true; document: SourceDocument } | { ok: false; problem: UnreadableDocument };

/** Why reading a file stopped before its end; what came before it stands. */
class LimitError extends Error {}

/**
 * Reads the documents of a YAML text, one at a time, so that only one syntax tree is in memory. The text is cut at the
 * document markers first: a line that begins with "---" is one wherever it stands (YAML 1.2.2, 9.1.2), so that an
 * unclosed quote or bracket ends with its document and never hides a neighbour. Empty documents are passed over.
 * Never throws.
 */
export function* readDocuments(text: string): Generator<ReadDocument> {
  const budget = { tokens: fileLimits.tokens, documents: fileLimits.documents };
  for (const part of partsOf(text)) {
    yield* readPart(part, budget);
    if (budget.tokens < 0 || budget.documents < 0) return;
  }
}

type Part = { text: string; line: number };

function* partsOf(text: string): Generator<Part> {
  const marker = /^---(?=\s|$)/gm;
  let start = 0;
  let line = 1;
  for (const { index } of text.matchAll(marker)) {
    const before = text.slice(start, index);
    // Directives belong to the document after the marker.
    if (index === 0 || /^(?:[%#].*|\s*)$/.test(before) || /^(?:(?:[%#].*)?\r?\n)+$/.test(before)) continue;
    yield { text: before, line };
    line += countLines(before);
    start = index;
  }
  yield { text: text.slice(start), line };
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function* readPart(part: Part, budget: { tokens: number; documents: number }): Generator<ReadDocument> {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1) + part.line - 1, column: Math.max(col, 1) };
  };
  const composer = makeComposer(lines);
  const progress = { offset: 0 };
  try {
    for (const document of composer.compose(tokensOf(part.text, lines, progress, budget))) {
      budget.documents -= 1;
      if (budget.documents < 0)
        throw new LimitError(
          `has more than ${fileLimits.documents.toLocaleString("en")} documents: split it`,
        );
      const read = readOne(document, part.text, at);
      if (read) yield read;
    }
  } catch (error) {
    const message = error instanceof LimitError ? error.message : "is nested too deeply to be read";
    yield { ok: false, problem: { message: `The file ${message}`, position: at(progress.offset) } };
  }
}

const makeComposer = (lines: LineCounter) =>
  new Composer({
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
    // The composer compares each key with all before it, which takes minutes for long maps: `repeatedKey` looks for them.
    uniqueKeys: false,
  });

/** The value of a text that holds one document, of any kind, within the same bounds. Throws an Error with the reason. */
export function readOneValue(text: string): unknown {
  const lines = new LineCounter();
  const tokens = tokensOf(text, lines, { offset: 0 }, { tokens: fileLimits.tokens });
  let first: Document.Parsed | null = null;
  let count = 0;
  for (const document of makeComposer(lines).compose(tokens)) {
    first ??= document;
    count += 1;
  }
  if (!first || count !== 1) throw new Error(`it holds ${count} documents instead of one`);
  const [error] = first.errors;
  if (error) throw new Error(sentence(error.message));
  if (repeatedKey(first) !== null) throw new Error("Map keys must be unique");
  const value: unknown = first.toJSON();
  if (text.includes("*") && !isBounded(value, 0, { bytes: fileLimits.bytes }))
    throw new Error("aliases expand to far more than it holds");
  return value;
}

/** The parser's tokens, watched while they come: depth and number are known before a syntax tree is built. */
function* tokensOf(
  text: string,
  lines: LineCounter,
  progress: { offset: number },
  budget: { tokens: number },
) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let directives = 0;
  let left = { ...documentLimits };
  // The lexer is public in effect (`parser.parse` is this very loop) but not in the type.
  const { lexer } = parser as unknown as { lexer: { lex: (source: string) => Iterable<string> } };
  for (const lexeme of lexer.lex(text)) {
    budget.tokens -= 1;
    left.tokens -= 1;
    left.lines -= countLines(lexeme);
    if (lexeme[0] === "%") directives += 1;
    progress.offset = parser.offset;
    if (left.lines < 0) throw new LimitError("has a document with too many lines: split it");
    if (budget.tokens < 0 || left.tokens < 0 || directives > 1000)
      throw new LimitError("holds too many values: split it");
    if (parser.stack.length > fileLimits.depth)
      throw new LimitError(`is nested deeper than ${fileLimits.depth} levels`);
    for (const token of parser.next(lexeme)) {
      if (token.type === "document") left = { ...documentLimits };
      yield token;
    }
  }
  yield* parser.end();
}

/** Where a map has a key for the second time, as the composer would tell it; null when no map does. */
function repeatedKey(document: Document.Parsed): number | null {
  let found: number | null = null;
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const value = isScalar(key) ? key.value : key;
        if (seen.has(value)) {
          found = (key as { range?: [number, number, number] | null } | null)?.range?.[0] ?? null;
          return visit.BREAK;
        }
        seen.add(value);
      }
    },
  });
  return found;
}

function readOne(
  document: Document.Parsed,
  text: string,
  at: (offset: number) => Position,
): ReadDocument | null {
  const [error] = document.errors;
  if (error) return unreadable(sentence(error.message), at(error.pos[0]));
  const repeated = repeatedKey(document);
  if (repeated !== null) return unreadable("Map keys must be unique", at(repeated));
  const start = at(document.contents?.range?.[0] ?? document.range[0]);
  let value: unknown;
  try {
    value = document.toJSON();
  } catch (cause) {
    const isBomb = cause instanceof ReferenceError;
    return unreadable(
      isBomb
        ? "Aliases expand to far more than the document holds: write the values out"
        : `The values could not be read: ${cause instanceof Error ? cause.message : "unknown reason"}`,
      start,
    );
  }
  if (value === null || value === undefined) return null;
  const own = ownText(text, document);
  if (typeof value !== "object" || Array.isArray(value))
    return unreadable(`Expected fields such as "kind:" but found ${wordFor(value)}`, start);
  // Aliases can repeat a value many times, or put it into itself.
  if (own.includes("*") && !isBounded(value, 0, { bytes: fileLimits.bytes }))
    return unreadable("Aliases expand to far more than the document holds: write the values out", start);
  if (own.includes("\\") && hasUnstorable(value))
    return unreadable("A value holds U+0000 or half of a surrogate pair, which cannot be stored", start);
  return {
    ok: true,
    document: {
      value: value as Record<string, unknown>,
      text: own,
      start,
      locate: (pointer) => at(offsetOf(document, pointer) ?? document.contents?.range?.[0] ?? 0),
    },
  };
}

const unreadable = (message: string, position: Position): ReadDocument => ({
  ok: false,
  problem: { message, position },
});

const sentence = (message: string) => message.replace(/\s+/g, " ").trim();

function wordFor(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

function isBounded(value: unknown, depth: number, budget: { bytes: number }): boolean {
  budget.bytes -= typeof value === "string" ? value.length + 2 : 4;
  if (budget.bytes < 0 || depth > fileLimits.depth) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => {
    budget.bytes -= key.length;
    return isBounded(inner, depth + 1, budget);
  });
}

/** YAML's escapes can write what PostgreSQL's text cannot hold: U+0000, and surrogates without their other half. */
export function hasUnstorable(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0") || !value.isWellFormed();
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => hasUnstorable(key) || hasUnstorable(inner));
}

function ownText(text: string, document: Document.Parsed): string {
  return `${text
    .slice(document.range[0], document.range[2])
    .replace(/^﻿/, "")
    .replace(/^---[ \t]*\r?\n/, "")
    .replace(/\r?\n(---|\.\.\.)\s*$/, "")
    .trimEnd()}\n`;
}

/** Follows a JSON pointer as far as the document goes; for a field of a map its key counts, not its value. */
function offsetOf(document: Document.Parsed, pointer: string): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === key,
      );
      if (!pair) break;
      offset = (pair.key as { range?: [number, number, number] | null }).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as { range?: [number, number, number] | null } | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
