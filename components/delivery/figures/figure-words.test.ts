import { expect, test } from "vitest";
import type { Comparison } from "#server/delivery/figures/figure.ts";
import { evidenceParts, metrics } from "#server/delivery/figures/model.ts";
import {
  changeSentence,
  durationText,
  intervalText,
  partWords,
  shareText,
  valueText,
  windowText,
} from "./figure-words.ts";

test.each([
  [12, "12 s"],
  [89 * 60, "89 min"],
  [5400, "1.5 h"],
  [70_000, "19 h"],
  [200_000, "2.3 days"],
  [2_000_000, "23 days"],
])("%i seconds are %s", (seconds, words) => {
  expect(durationText(seconds)).toBe(words);
});

test.each([
  [0, "0 %"],
  [0.0004, "0 %"],
  [0.045, "4.5 %"],
  [0.0999, "10 %"],
  [0.124, "12 %"],
])("a share of %d is written %s", (share, words) => {
  expect(shareText(share)).toBe(words);
});

test("a value stands apart from its unit", () => {
  expect(valueText(3.5, "deployments a week")).toEqual({ number: "3.5", unit: "a week" });
  expect(valueText(0.045, "share")).toEqual({ number: "4.5", unit: "%" });
  expect(valueText(70_000, "seconds")).toEqual({ number: "19", unit: "h" });
});

test("an interval says which side is beyond the data", () => {
  expect(intervalText({ low: 0.026, high: 0.075 }, "share")).toBe("2.6 % to 7.5 %");
  expect(intervalText({ low: 7200, high: null }, "seconds")).toBe("at least 2 h");
  expect(intervalText({ low: null, high: 7200 }, "seconds")).toBe("up to 2 h");
});

test("every list behind a figure has words", () => {
  for (const metric of metrics) expect(Object.keys(partWords[metric])).toEqual([...evidenceParts[metric]]);
});

const compared = (title: string, direction: Comparison["direction"], words: string) => ({
  title,
  comparison: { previous: 1, previousN: 9, difference: 1, interval: null, direction, words },
});

test("the sentence on top claims a change only where a comparison does", () => {
  const longer = compared("Change lead time", "up", "Longer than in the 90 days before");
  const unclear = compared("Rework rate", "unclear", "No clear change");
  const little = compared("Change fail rate", "not_comparable", "Too little now to compare");
  expect(changeSentence([longer, unclear, little], 90)).toBe(
    "Change lead time: longer than in the 90 days before. No clear change in the rest.",
  );
  expect(changeSentence([longer, little], 90)).toBe("Change lead time: longer than in the 90 days before.");
  expect(changeSentence([unclear, little], 28)).toBe("No clear change from the 28 days before.");
  expect(changeSentence([little], 28)).toBe(
    "There is too little in this window or in the 28 days before to compare them.",
  );
});

test("a window is said with its last day, not with the day after it", () => {
  const window = { from: "2026-08-24", to: "2026-11-22", timeZone: "America/New_York" };
  expect(windowText({ ...window, previous: window, isPartial: false, asOf: new Date(0) })).toBe(
    "24 Aug 2026 to 21 Nov 2026, America/New York",
  );
});
