import { expect, test } from "vitest";
import { matches } from "./palette-actions.ts";

test.each([
  ["Show keyboard shortcuts", "", true],
  ["Show keyboard shortcuts", "key sh", true],
  ["Show keyboard shortcuts", "SHORT", true],
  ["Show keyboard shortcuts", "board", false],
  ["Sign out", "sign in", false],
])("%s by “%s”: %s", (label, query, expected) => {
  expect(matches(label, query)).toBe(expected);
});
