import { invalid } from "./errors.ts";

/** Where a keyset page begins: the sort values of the row before it, as JSON in base64url. Opaque to callers. */
export function writeCursor(values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** What a part of a cursor has to be: a time as ISO text, a whole or other number, any text, or anything that can be sorted by. */
export type CursorPart = "time" | "whole" | "number" | "text" | "any";

/** Reads what `writeCursor` made, for these sort values in this order. Throws when it is something else. */
export function readCursor(cursor: string, parts: readonly CursorPart[]): (string | number | null)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (
      Array.isArray(values) &&
      values.length === parts.length &&
      values.every((value, index) => fits(value, parts[index]))
    )
      return values;
  } catch {
    // Said below, in words.
  }
  throw invalid("This page link is no longer valid: go back to the first page", "cursor");
}

function fits(value: unknown, part: CursorPart | undefined): boolean {
  if (typeof value === "string" && value.includes("\u0000")) return false;
  if (part === "time")
    return typeof value === "string" && value.length < 40 && !Number.isNaN(Date.parse(value));
  if (part === "whole")
    return Number.isSafeInteger(value) || (typeof value === "string" && /^-?\d{1,18}$/.test(value));
  if (part === "number") return value !== null && value !== "" && Number.isFinite(Number(value));
  if (part === "text") return typeof value === "string";
  return value === null || typeof value === "string" || typeof value === "number";
}
