import fc from "fast-check";
import { expect, test } from "vitest";
import { readCursor, writeCursor } from "./pagination.ts";

test("a cursor says again what was written", () => {
  const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(value), (values) => {
      expect(readCursor(writeCursor(values), values.length)).toEqual(values);
    }),
  );
});

test.each([
  "",
  "%%%",
  "e30",
  Buffer.from("[1]").toString("base64url"),
  Buffer.from('[{"a":1},2]').toString("base64url"),
])("%j is refused as a page link that no longer holds", (cursor) => {
  expect(() => readCursor(cursor, 2)).toThrow("no longer valid");
});
