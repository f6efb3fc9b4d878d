import fc from "fast-check";
import { expect, test } from "vitest";
import { readCursor, writeCursor } from "./pagination.ts";

test("a cursor says again what was written", () => {
  const value = fc.oneof(
    fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\u0000")),
    fc.integer(),
    fc.constant(null),
  );
  fc.assert(
    fc.property(fc.array(value), (values) => {
      expect(
        readCursor(
          writeCursor(values),
          values.map(() => "any"),
        ),
      ).toEqual(values);
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
  expect(() => readCursor(cursor, ["any", "any"])).toThrow("no longer valid");
});

test.each([
  ["time", "bogus"],
  ["time", 5],
  ["whole", "5x"],
  ["whole", 1.5],
  ["whole", null],
  ["text", 7],
  ["any", "a\u0000b"],
] as const)("a part that has to be a %s is not %j", (part, value) => {
  expect(() => readCursor(writeCursor([value]), [part])).toThrow("no longer valid");
});
