import { apiLimits, type Problem, type Schema } from "../model.ts";
import { isRecord, type Place } from "./parse-text.ts";

/** The state of reading one document: what was found, and how much more may be. */
export type Reading = {
  root: Record<string, unknown>;
  locate: (path: readonly string[]) => Place;
  schemas: Map<string, Schema>;
  /** Named schemas that are still to be read. */
  waiting: { name: string; value: unknown }[];
  /** Name of each reference that was met. */
  names: Map<string, string>;
  taken: Set<string>;
  leftOut: Set<string>;
  problems: Problem[];
  nodes: number;
};

export function newReading(
  root: Record<string, unknown>,
  locate: (path: readonly string[]) => Place,
): Reading {
  return {
    root,
    locate,
    schemas: new Map(),
    waiting: [],
    names: new Map(),
    taken: new Set(),
    leftOut: new Set(),
    problems: [],
    nodes: apiLimits.nodes,
  };
}

/** Adds a problem unless there are enough of them. */
export function tell(reading: Reading, message: string, path: readonly string[] = []): void {
  if (reading.problems.length >= apiLimits.problems) return;
  const shown = clean(message).slice(0, 500);
  if (reading.problems.some((known) => known.message === shown)) return;
  const pointer = path.length > 0 ? `/${path.join("/")}`.slice(0, 500) : null;
  reading.problems.push({ message: shown, ...reading.locate(path), path: pointer });
}

/** The parts of a JSON pointer, as RFC 6901 and RFC 3986 escape them. */
export function pointerParts(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => decode(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What a local pointer leads to; undefined where there is nothing. Own keys only. */
export function lookUp(root: unknown, pointer: string): unknown {
  let value: unknown = root;
  for (const part of pointerParts(pointer)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

export type Resolved = { value: Record<string, unknown>; refs: string[] };

/**
 * Follows `$ref` inside the document, however long the chain; fields beside a reference win over those behind it. What
 * lies in another file or at an address is noted as left out and never fetched. Null where there is nothing to show.
 */
export function resolve(reading: Reading, value: unknown): Resolved | null {
  const refs: string[] = [];
  let current = value;
  let beside: Record<string, unknown> = {};
  while (isRecord(current)) {
    const ref = current.$ref;
    if (typeof ref !== "string") return { value: { ...current, ...beside }, refs };
    if (!ref.startsWith("#")) {
      leaveOut(reading, ref);
      return null;
    }
    if (refs.includes(ref)) {
      tell(reading, `The reference ${ref} leads back to itself`);
      return null;
    }
    const { $ref: _, ...rest } = current;
    beside = { ...rest, ...beside };
    refs.push(ref);
    current = lookUp(reading.root, ref);
    if (current === undefined) {
      tell(reading, `The reference ${ref} points to nothing`);
      return null;
    }
  }
  return null;
}

export function leaveOut(reading: Reading, ref: string): void {
  if (reading.leftOut.size < 100) reading.leftOut.add(clean(ref).slice(0, 300));
}

/** PostgreSQL's texts hold neither NUL nor halves of letters. */
export const clean = (text: string): string => text.replaceAll("\0", "␀").toWellFormed();

export function textOf(value: unknown, limit = 20_000): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" ? clean(value).slice(0, limit) : undefined;
}

export const recordOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A value of any shape as it would stand in a file, cut where it is long: an example or a default. */
export function valueText(value: unknown, limit = 4000): string {
  if (typeof value === "string") return clean(value).slice(0, limit);
  return clean(boundedJson(value)).slice(0, limit);
}

/** JSON of a value whose aliases may make it endless: it is cut after so many parts. */
export function boundedJson(value: unknown): string {
  let left = 2000;
  const seen: unknown[] = [];
  const copy = (part: unknown, depth: number): unknown => {
    left -= 1;
    if (left < 0 || depth > 20) return "…";
    if (typeof part === "bigint") return String(part);
    if (typeof part !== "object" || part === null) return part;
    if (seen.includes(part)) return "…";
    seen.push(part);
    const made = Array.isArray(part)
      ? part.slice(0, 200).map((item) => copy(item, depth + 1))
      : Object.fromEntries(
          Object.entries(part)
            .slice(0, 200)
            .map(([key, inner]) => [key, copy(inner, depth + 1)]),
        );
    seen.pop();
    return made;
  };
  return JSON.stringify(copy(value, 0), null, 2) ?? "null";
}
