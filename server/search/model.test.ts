import { expect, test } from "vitest";
import { meantWords } from "./meant-words.ts";
import { keepableMiss } from "./model.ts";
import { builtInSynonyms } from "./synonyms.ts";

test.each([
  ["billing portal", "billing portal"],
  ["  two   spaces ", "two spaces"],
  ["log4j 2", "log4j 2"],
  ["s3 bucket", "s3 bucket"],
  ["k8s v1.31", "k8s v1.31"],
  ["order-service-adapter-legacy", "order-service-adapter-legacy"],
  ["x".repeat(10).concat(" ").repeat(10), "x".repeat(10).concat(" ").repeat(10).trim().slice(0, 80).trim()],
  // Mail addresses, tokens, hashes, numbers of phones and cards, addresses with a password, and nothing at all.
  ["ana@example.com", null],
  ["ghp_0123abcd", null],
  ["sk-live-abc", null],
  ["eyjhbgcioijiuzi1nij9", null],
  ["akiaiosfodnn7example", null],
  ["d41d8cd98f00b204e9800998ecf8427e", null],
  ["3f2504e0-4f89-11d3-9a0c-0305e82c3301", null],
  ["+49 170 1234567", null],
  ["4111 1111 1111 1111", null],
  ["pin 8642", null],
  ["correcthorsebatterystaple", null],
  ["password=hunter2hunter2hunter2", null],
  ["https://bob:secret@example.com/x", null],
  ["a", null],
  ["", null],
])("of %j is kept %j", (typed, kept) => {
  expect(keepableMiss(typed)).toBe(kept);
});

test("built-in synonyms are plain, and two at least", () => {
  for (const group of builtInSynonyms) {
    expect(group.length).toBeGreaterThan(1);
    expect(new Set(group).size).toBe(group.length);
    for (const word of group) expect(word).toMatch(/^[a-z0-9]+( [a-z0-9]+)*$/);
  }
});

test.each([
  ["chekout", ["checkout", "cart"], false, ["checkout"]],
  ["chceko", ["checkout"], false, []],
  ["chceko", ["checkout"], true, ["checkout"]],
  // The fewest errors first, then what is there most often.
  ["ordr", ["odor", "order", "order", "ordre"], false, ["order", "ordre"]],
  ["crt", ["cart"], true, []],
])("%s of %j, last %s: %j", (word, known, isLast, expected) => {
  expect(meantWords(word, known, { isLast })).toEqual(expected);
});
