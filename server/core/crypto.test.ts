import fc from "fast-check";
import { expect, test } from "vitest";
import { isEqualSecret, open, seal } from "./crypto.ts";

const key = "k".repeat(32);
const place = { table: "connection_secrets", row: "1", column: "sealed" };

test("what was sealed opens again, whatever it says", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (plain) => open(key, place, seal(key, place, plain)) === plain,
    ),
  );
});

test("two seals of one text differ, and neither holds it", () => {
  const [one, two] = [seal(key, place, "correct horse"), seal(key, place, "correct horse")];
  expect(one.equals(two)).toBe(false);
  expect(one.includes("horse")).toBe(false);
});

test.each([
  ["another key", "x".repeat(32), place],
  ["another row", key, { ...place, row: "2" }],
  ["another column", key, { ...place, column: "other" }],
  ["another table", key, { ...place, table: "users" }],
])("does not open with %s", (_, otherKey, otherPlace) => {
  expect(() => open(otherKey, otherPlace, seal(key, place, "secret"))).toThrow();
});

test("does not open when a single bit was changed", () => {
  const sealed = seal(key, place, "secret");
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed[index]! ^= 1;
    expect(() => open(key, place, changed)).toThrow();
  }
});

test("secrets of different length are unequal, not an error", () => {
  expect(isEqualSecret(Buffer.from("a"), Buffer.from("ab"))).toBe(false);
  expect(isEqualSecret(Buffer.from("ab"), Buffer.from("ab"))).toBe(true);
});
