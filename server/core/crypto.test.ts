import fc from "fast-check";
import { expect, test } from "vitest";
import { isEqualSecret, open, seal, sealedWith } from "./crypto.ts";
import { makeKeyring } from "./keyring.ts";

const old = "old:this one has sealed for a long while";
const fresh = "new:and this one takes over from it now";
const ring = makeKeyring(old);
const place = { table: "connection_secrets", row: "1", column: "sealed" };

test("what was sealed opens again, whatever it says", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (plain) => open(ring, place, seal(ring, place, plain)) === plain,
    ),
  );
});

test("two seals of one text have nothing in common but the head, and neither holds it", () => {
  const [one, two] = [seal(ring, place, "correct horse"), seal(ring, place, "correct horse")];
  const head = 2 + "old".length;
  expect(one.subarray(0, head).equals(two.subarray(0, head))).toBe(true);
  for (const [start, end] of [
    [head, head + 12],
    [head + 28, head + 60],
    [head + 60, head + 72],
    [head + 88, one.length],
  ])
    expect(one.subarray(start, end).equals(two.subarray(start, end))).toBe(false);
  expect(one.includes("horse")).toBe(false);
});

test("the first key seals; one that is only listed still opens", () => {
  const before = seal(ring, place, "secret");
  const both = makeKeyring(`${fresh},${old}`);
  expect(open(both, place, before)).toBe("secret");
  expect(sealedWith(before)).toBe("old");
  expect(sealedWith(seal(both, place, "secret"))).toBe("new");
  expect(() => open(makeKeyring(fresh), place, before)).toThrow('sealed with the key "old"');
});

test("a value of the release before opens with each key that it may have been sealed with", () => {
  const value = "010321d31134e27613820c269eedcab8579d43e579db9d0da24b79cd5bf7eff619825da67abb3bb3f1f2";
  const sealed = Buffer.from(value, "hex");
  const bare = "a bare key of the release before; 43 signs";
  expect(sealedWith(sealed)).toBeNull();
  expect(() => open(makeKeyring(`${fresh},old:${bare}`), place, sealed)).toThrow("any key");
  const rightly = bare.replace(";", ",");
  expect(open(keyringOfOne(rightly), place, sealed)).toBe("correct horse");
  expect(() => open(keyringOfOne(rightly), { ...place, row: "2" }, sealed)).toThrow("any key");
});

/** That key holds a comma, which only the file's grammar allows. */
function keyringOfOne(value: string) {
  return makeKeyring(value, "\n");
}

test.each([
  ["another key of the same id", makeKeyring("old:another than it was when this was sealed"), place],
  ["another row", ring, { ...place, row: "2" }],
  ["another column", ring, { ...place, column: "other" }],
  ["another table", ring, { ...place, table: "users" }],
])("does not open with %s", (_, otherRing, otherPlace) => {
  expect(() => open(otherRing, otherPlace, seal(ring, place, "secret"))).toThrow(/does not open/);
});

test("does not open when a single bit was changed or the end is missing", () => {
  const sealed = seal(ring, place, "secret");
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed[index]! ^= 1;
    expect(() => open(ring, place, changed)).toThrow();
    expect(() => open(ring, place, sealed.subarray(0, index))).toThrow();
  }
});

test("the data key of one value does not open another's body", () => {
  const [one, two] = [seal(ring, place, "secret one"), seal(ring, place, "secret two")];
  const body = 2 + "old".length + 60;
  const mixed = Buffer.concat([one.subarray(0, body), two.subarray(body)]);
  expect(() => open(ring, place, mixed)).toThrow(/does not open/);
});

test("secrets of different length are unequal, not an error", () => {
  expect(isEqualSecret(Buffer.from("a"), Buffer.from("ab"))).toBe(false);
  expect(isEqualSecret(Buffer.from("ab"), Buffer.from("ab"))).toBe(true);
});
