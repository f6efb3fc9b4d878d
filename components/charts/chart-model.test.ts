import { expect, test } from "vitest";
import { chartRows, gapsOf, type Point, toCsv } from "./chart-model.ts";

const series = [{ key: "a", name: "Succeeded", color: "var(--color-chart-1)" }];
const point = (key: string, a: number | null, isPartial = false): Point => ({
  key,
  label: key,
  longLabel: `Week ${key}`,
  isPartial,
  values: { a },
});

test("rows keep a gap empty and zero as zero, and say which period is partial", () => {
  expect(chartRows([point("1", null), point("2", 0), point("3", 4, true)], series, "Week")).toEqual([
    ["Week", "Succeeded"],
    ["Week 1", ""],
    ["Week 2", "0"],
    ["Week 3 (partial)", "4"],
  ]);
});

test("neighbouring gaps become one", () => {
  const points = [point("1", null), point("2", null), point("3", 1), point("4", null)];
  expect(gapsOf(points, series)).toEqual([
    { from: "1", to: "2" },
    { from: "4", to: "4" },
  ]);
});

test("CSV quotes what needs it and defuses formulas, but leaves negative numbers alone", () => {
  expect(
    toCsv([
      ['a"b', "x,y"],
      ["=1+1", "-5"],
    ]),
  ).toBe('"a""b","x,y"\r\n\'=1+1,-5');
});
