import { expect, test } from "vitest";
import { containedIn } from "./contained.ts";

const line = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ sha: `c${i}`, parents: i === 0 ? ["before"] : [`c${i - 1}`] }));

test("a commit holds itself and what came before it, on all sides of merges", () => {
  const part = [
    { sha: "a", parents: ["gone"] },
    { sha: "left", parents: ["a"] },
    { sha: "right", parents: ["a"] },
    { sha: "merge", parents: ["left", "right"] },
    { sha: "beside", parents: ["left"] },
  ];
  const contains = containedIn(part, ["a", "right"]);
  expect(
    ["a", "left", "right", "merge", "beside"].map((sha) => [contains(sha, "a"), contains(sha, "right")]),
  ).toEqual([
    [true, false],
    [true, false],
    [true, true],
    [true, true],
    [true, false],
  ]);
  expect(contains("gone", "a")).toBe(false);
  expect(contains("alone", "alone")).toBe(true);
});

test("a long history and wrong data that run in a circle come to an end", () => {
  const contains = containedIn(line(60_000).reverse(), ["c0", "c59999"]);
  expect([contains("c59999", "c0"), contains("c59998", "c59999")]).toEqual([true, false]);
  const circle = containedIn(
    [
      { sha: "x", parents: ["y"] },
      { sha: "y", parents: ["x"] },
    ],
    ["z"],
  );
  expect(circle("x", "z")).toBe(false);
});

test("the order in which commits are given does not matter, and there may be more wanted ones than bits of a number", () => {
  const wanted = line(70).map(({ sha }) => sha);
  const contains = containedIn(line(80), wanted);
  for (const [index, sha] of wanted.entries()) {
    expect(contains("c79", sha)).toBe(true);
    expect(contains(`c${index - 1}`, sha)).toBe(false);
  }
});
