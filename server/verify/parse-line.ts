import { atLine, type BrokenFile } from "./broken-file.ts";
import { type Micros, microsOf } from "./calendar.ts";
import type { Line } from "./read-lines.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Row = { readonly [name: string]: Json };

/** One line of the file as an object, with what it takes to read its parts and to complain of them. */
export type Parsed = {
  line: number;
  type: string;
  row: Row;
  text: (name: string) => string;
  /** Null also where it is left out. */
  textOrNull: (name: string) => string | null;
  number: (name: string) => number;
  numberOrNull: (name: string) => number | null;
  moment: (name: string) => Micros;
  momentOrNull: (name: string) => Micros | null;
  /** False where it is left out. */
  flag: (name: string) => boolean;
  /** Empty where it is left out. */
  texts: (name: string) => readonly string[];
  rows: (name: string) => readonly Row[];
  /** Texts, each with a moment. */
  pairs: (name: string) => readonly (readonly [string, Micros])[];
  object: (name: string) => Row;
};

const isRow = (value: Json | undefined): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const utf8 = new TextDecoder("utf-8", { fatal: true });

export function parseLine({ number: line, bytes }: Line): Parsed {
  const value = readJson(line, bytes);
  if (!isRow(value) || typeof value.type !== "string")
    throw atLine(line, "it says no type, so this is no report");
  return { type: value.type, ...partsOf(line, value) };
}

function readJson(line: number, bytes: Buffer): Json {
  try {
    return JSON.parse(utf8.decode(bytes)) as Json;
  } catch {
    throw atLine(line, "it is no JSON: the file was cut off or changed here");
  }
}

/** Readers of the parts of an object; what is wrong is told with the line that it stands in. */
export function partsOf(line: number, row: Row): Omit<Parsed, "type"> {
  const wrong = (name: string, wanted: string): BrokenFile => atLine(line, `${name} is not ${wanted}`);
  const textOrNull = (name: string) => {
    const value = row[name] ?? null;
    if (value !== null && typeof value !== "string") throw wrong(name, "a text");
    return value;
  };
  const numberOrNull = (name: string) => {
    const value = row[name] ?? null;
    if (value !== null && typeof value !== "number") throw wrong(name, "a number");
    return value;
  };
  const momentOrNull = (name: string) => {
    const value = textOrNull(name);
    if (value === null) return null;
    const at = microsOf(value);
    if (Number.isNaN(at)) throw wrong(name, "a moment such as 2026-03-01T08:00:00.000000Z");
    return at;
  };
  const list = (name: string): readonly Json[] => {
    const value = row[name] ?? [];
    if (!Array.isArray(value)) throw wrong(name, "a list");
    return value;
  };
  const must = <Value>(name: string, value: Value | null): Value => {
    if (value === null) throw atLine(line, `${name} is missing`);
    return value;
  };
  return {
    line,
    row,
    textOrNull,
    text: (name) => must(name, textOrNull(name)),
    numberOrNull,
    number: (name) => must(name, numberOrNull(name)),
    momentOrNull,
    moment: (name) => must(name, momentOrNull(name)),
    flag: (name) => {
      const value = row[name] ?? false;
      if (typeof value !== "boolean") throw wrong(name, "true or false");
      return value;
    },
    texts: (name) =>
      list(name).map((one) => {
        if (typeof one !== "string") throw wrong(name, "a list of texts");
        return one;
      }),
    rows: (name) =>
      list(name).map((one) => {
        if (!isRow(one)) throw wrong(name, "a list of objects");
        return one;
      }),
    pairs: (name) =>
      list(name).map((one) => {
        const [text, moment] = Array.isArray(one) ? (one as readonly Json[]) : [];
        const at = typeof moment === "string" ? microsOf(moment) : Number.NaN;
        if (typeof text !== "string" || Number.isNaN(at))
          throw wrong(name, "a list of texts with their moments");
        return [text, at] as const;
      }),
    object: (name) => {
      const value = row[name];
      if (!isRow(value)) throw wrong(name, "an object");
      return value;
    },
  };
}
