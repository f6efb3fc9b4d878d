import { expect, test } from "vitest";
import { isDeeper, readJsonText } from "./json-text.ts";

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

test.each([
  ['{"a":[1,{"b":"}]{["}],"c":"\\"x\\":"}', { a: [1, { b: "}]{[" }], c: '"x":' }],
  ['{"a":{"x":1},"b":{"x":2}}', { a: { x: 1 }, b: { x: 2 } }],
  ['["a","a"]', ["a", "a"]],
  ["null", null],
  ['{"constructor":1}', { constructor: 1 }],
  [nested("[", "]", 100), JSON.parse(nested("[", "]", 100))],
])("%s is read as it is", (text, value) => {
  expect(readJsonText(text)).toEqual(value);
});

test.each([
  [nested("[", "]", 101), "deeper than 100"],
  ["[".repeat(1_000_000), "deeper than 100"],
  ['{"a":'.repeat(300_000), "deeper than 100"],
  ['{"a":1,"a":2}', 'the key "a" twice'],
  ['{"a":1,"\\u0061" :2}', 'the key "a" twice'],
  ['[{"x":{"a":1,"b":[{"a":1}],"a":2}}]', 'the key "a" twice'],
  ['{"__proto__":{"isAdmin":true}}', "__proto__"],
  ['{"a":{"\\u005f_proto__":1}}', "__proto__"],
  ['{"a":"\\u0000"}', "NUL"],
  ['{"a":1', "not readable"],
  ['{"a":"x', "not readable"],
  ["", "not readable"],
  ["\ud800".repeat(3), "not readable"],
])("%# is refused with a sentence", (text, words) => {
  expect(() => readJsonText(text)).toThrow(words);
});

test("brackets in strings have no depth", () => {
  expect(isDeeper(JSON.stringify("[".repeat(5_000)))).toBe(false);
  expect(isDeeper(JSON.stringify([`\\"${"[".repeat(5_000)}`]))).toBe(false);
});
