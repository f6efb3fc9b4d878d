import { expect, test } from "vitest";
import { axisUnit, runsOf, type TrendPoint, trendRows } from "./trend-model.ts";

const series = [{ key: "a", name: "Middle", color: "var(--color-chart-1)" }];
const point = (key: string, a: number | null, more: Partial<TrendPoint> = {}): TrendPoint => ({
  key,
  label: key,
  longLabel: `Week ${key}`,
  isPartial: false,
  isUnknown: false,
  interval: null,
  values: { a },
  ...more,
});
const format = (value: number) => `${value} h`;

test("rows have the interval where one is known, and leave open what is not", () => {
  const points = [
    point("1", 3, { interval: { low: 2, high: null } }),
    point("2", null),
    point("3", 0, { isPartial: true }),
  ];
  expect(trendRows(points, series, "Week", format)).toEqual([
    ["Week", "Middle", "From (95 %)", "To (95 %)"],
    ["Week 1", "3 h", "2 h", ""],
    ["Week 2", "", "", ""],
    ["Week 3 (partial)", "0 h", "", ""],
  ]);
  expect(trendRows([point("1", 3)], series, "Week", format)[0]).toEqual(["Week", "Middle"]);
});

test("a week without a value is not one that was not observed", () => {
  const points = [
    point("1", null, { isUnknown: true }),
    point("2", null, { isUnknown: true }),
    point("3", null),
    point("4", 1),
    point("5", null, { isUnknown: true }),
  ];
  expect(runsOf(points, ({ isUnknown }) => isUnknown)).toEqual([
    { from: "1", to: "2" },
    { from: "5", to: "5" },
  ]);
});

test("an axis counts in days once hours would have too many digits", () => {
  expect(axisUnit(3600).name).toBe("hours");
  expect(axisUnit(30 * 86_400)).toEqual({ name: "days", seconds: 86_400 });
});
