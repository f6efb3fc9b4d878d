import { expect, test } from "vitest";
import { slugify, uniqueAnchor } from "./slugify.ts";

// What Python-Markdown's `slugify(value, "-")` answers, worked out from its source: NFKD, ASCII only,
// `[^\w\s-]` away, strip, lower, `[-\s]+` to one separator.
test.each([
  ["Getting started", "getting-started"],
  ["  Spaces   and\ttabs ", "spaces-and-tabs"],
  ["What's new?", "whats-new"],
  ["C++ & C#", "c-c"],
  ["snake_case and kebab-case", "snake_case-and-kebab-case"],
  ["a -- b", "a-b"],
  ["- leading", "-leading"],
  ["v1.2.3", "v123"],
  ["Über Größe", "uber-groe"],
  ["Ærø", "r"],
  ["ﬁne ½", "fine-12"],
  ["日本語", ""],
  ["日本 語", ""],
  ["🚀 Launch", "launch"],
  ["Launch 🚀", "launch"],
  ["node.js / npm", "nodejs-npm"],
  ["100 %", "100"],
  ["__init__", "__init__"],
  ["x\u00a0y", "x-y"],
  ["İstanbul", "istanbul"],
])("the anchor of %j is %j", (text, anchor) => {
  expect(slugify(text)).toBe(anchor);
});

test("with Unicode and another separator, as PyMdown's slugs", () => {
  expect(slugify("Über Größe", { separator: "-", isUnicode: true })).toBe("über-größe");
  expect(slugify("日本 語", { separator: "_", isUnicode: true })).toBe("日本_語");
});

test("an anchor that is taken gets a number, and none is empty", () => {
  const used = new Set<string>();
  const all = ["setup", "setup", "setup", "setup_1", "", "", "a_9", "a_9", "n_99999999999999999999"].map(
    (one) => uniqueAnchor(one, used),
  );
  expect(all).toEqual([
    "setup",
    "setup_1",
    "setup_2",
    "setup_3",
    "_1",
    "_2",
    "a_9",
    "a_10",
    "n_99999999999999999999",
  ]);
  expect(uniqueAnchor("n_99999999999999999999", used)).toBe("n_100000000000000000000");
});
