import { invalid } from "./errors.ts";

/** Where a keyset page begins: the sort values of the row before it, as JSON in base64url. Opaque to callers. */
export function writeCursor(values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** Reads what `writeCursor` made; `length` is the number of sort values. Throws when it is something else. */
export function readCursor(cursor: string, length: number): (string | number | null)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(values) && values.length === length && values.every(isSortValue)) return values;
  } catch {
    // Said below, in words.
  }
  throw invalid("This page link is no longer valid: go back to the first page", "cursor");
}

const isSortValue = (value: unknown) =>
  value === null || typeof value === "string" || typeof value === "number";
