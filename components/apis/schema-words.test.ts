import { expect, test } from "vitest";
import type { Schema } from "#server/apis/model.ts";
import { boundWords, hasInside, typeWords } from "./schema-words.ts";

const cases: [Schema, string, boolean][] = [
  [{}, "anything", false],
  [{ types: ["string", "null"], format: "uuid" }, "string (uuid) or null", false],
  [{ ref: "Order" }, "Order", true],
  [{ types: ["array"], items: { ref: "Order" } }, "list of Order", true],
  [{ types: ["array"], items: { types: ["string"] } }, "list of string", false],
  [{ types: ["object"], additional: { types: ["integer"] } }, "map of integer", false],
  [{ oneOf: [{ ref: "A" }, { ref: "B" }] }, "one of 2", true],
  [{ allOf: [{ ref: "A" }] }, "A", true],
  [{ kind: "enum", enum: ["A = 0"] }, "enum", false],
  [{ types: ["object"], properties: [{ name: "a", isRequired: true, schema: {} }] }, "object", true],
];

test.each(cases)("%j is %s", (schema, words, inside) => {
  expect(typeWords(schema)).toBe(words);
  expect(hasInside(schema)).toBe(inside);
});

test("bounds are words, also those that nobody knows", () => {
  expect(boundWords({ limits: { maxLength: 9, pattern: "^a", odd: "x" } })).toEqual([
    "at most 9 characters",
    "matches ^a",
    "odd: x",
  ]);
});
