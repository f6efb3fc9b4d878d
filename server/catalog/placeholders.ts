import { isDeeper, maxJsonDepth } from "#server/core/json-text.ts";
import { escapePointer } from "./field-formats.ts";
import { readOneValue } from "./read-documents.ts";

/** Reads what a placeholder names: a path beside the file, or a web address. Throws an Error with a sentence. */
export type PlaceholderReader = (target: string) => Promise<string>;

type PlaceholderProblem = { pointer: string; message: string };

type Filled = {
  /** What is judged: every placeholder filled in, unreadable ones with their own words as a stand-in. */
  judged: Record<string, unknown>;
  /** What is kept: unreadable placeholders stand as they were written. */
  kept: Record<string, unknown>;
  problems: PlaceholderProblem[];
};

/** `$openapi` and `$asyncapi` stand for the text of the file, as their viewers expect it. */
const fillers: Readonly<Record<string, (text: string) => unknown>> = {
  $text: (text) => text,
  $openapi: (text) => text,
  $asyncapi: (text) => text,
  $json: readJson,
  $yaml: readOneValue,
};

function readJson(text: string): unknown {
  if (isDeeper(text)) throw new Error(`it is nested deeper than ${maxJsonDepth} levels`);
  return JSON.parse(text);
}

/** What all placeholders of one document may bring in, in characters: it is kept and sent as a whole. */
const mostFilled = 10_000_000;

/**
 * Fills in `$text`, `$json`, `$yaml`, `$openapi` and `$asyncapi` wherever an object has such a key and no other.
 * Any other `$` key, such as JSON Schema's `$ref`, is left alone.
 */
export async function fillPlaceholders(
  document: Record<string, unknown>,
  read: PlaceholderReader,
): Promise<Filled> {
  if (!hasPlaceholder(document)) return { judged: document, kept: document, problems: [] };
  const problems: PlaceholderProblem[] = [];
  const { judged, kept } = await fill(document, "", { read, problems, left: mostFilled });
  return { judged: judged as Record<string, unknown>, kept: kept as Record<string, unknown>, problems };
}

function hasPlaceholder(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasPlaceholder);
  return fillerOf(value) !== null || Object.values(value).some(hasPlaceholder);
}

function fillerOf(value: object): string | null {
  const keys = Object.keys(value);
  const [key] = keys;
  return keys.length === 1 && key !== undefined && Object.hasOwn(fillers, key) ? key : null;
}

type Job = { read: PlaceholderReader; problems: PlaceholderProblem[]; left: number };
type Both = { judged: unknown; kept: unknown };

async function fill(value: unknown, pointer: string, job: Job): Promise<Both> {
  if (typeof value !== "object" || value === null) return { judged: value, kept: value };
  if (Array.isArray(value)) {
    const items: Both[] = [];
    for (const [index, item] of value.entries()) items.push(await fill(item, `${pointer}/${index}`, job));
    return { judged: items.map((item) => item.judged), kept: items.map((item) => item.kept) };
  }
  const key = fillerOf(value);
  if (key) return fillOne(key, (value as Record<string, unknown>)[key], value, pointer, job);
  const judged: [string, unknown][] = [];
  const kept: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const both = await fill(inner, `${pointer}/${escapePointer(name)}`, job);
    judged.push([name, both.judged]);
    kept.push([name, both.kept]);
  }
  return { judged: Object.fromEntries(judged), kept: Object.fromEntries(kept) };
}

async function fillOne(
  key: string,
  target: unknown,
  written: object,
  pointer: string,
  job: Job,
): Promise<Both> {
  const fail = (message: string): Both => {
    job.problems.push({ pointer, message });
    return { judged: `${key}: ${String(target)}`, kept: written };
  };
  if (typeof target !== "string" || target === "") return fail(`${key} takes a path or a web address`);
  let text: string;
  try {
    if (job.left <= 0) throw new Error(`all texts together exceed ${mostFilled / 1_000_000} MB`);
    text = await job.read(target);
    job.left -= text.length;
  } catch (error) {
    return fail(`${key} cannot be filled in from ${clip(target)}: ${reason(error)}`);
  }
  try {
    const value = fillers[key]?.(text);
    return { judged: value, kept: value };
  } catch (error) {
    return fail(`${key} cannot be filled in: ${clip(target)} is not readable, ${reason(error)}`);
  }
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
const clip = (text: string) => (text.length > 120 ? `${text.slice(0, 120)}…` : text);
