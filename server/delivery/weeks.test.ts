import fc from "fast-check";
import { expect, test } from "vitest";
import { isoWeek, startOfWeek, toWeeks } from "./weeks.ts";

test.each([
  ["2026-01-01", "2026-W01"],
  ["2025-12-29", "2026-W01"],
  ["2025-12-28", "2025-W52"],
  ["2027-01-03", "2026-W53"],
  ["2027-01-04", "2027-W01"],
  ["2021-01-03", "2020-W53"],
  ["2024-12-30", "2025-W01"],
  ["2026-11-21", "2026-W47"],
])("%s lies in %s", (day, week) => {
  expect(isoWeek(new Date(`${day}T00:00:00Z`))).toBe(week);
  expect(isoWeek(new Date(`${day}T23:59:59.999Z`))).toBe(week);
});

test("every week begins on a Monday and ends before the next one's Monday", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date("1990-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
      (at) => {
        const start = startOfWeek(at);
        expect(start.getUTCDay()).toBe(1);
        expect(at.getTime() - start.getTime()).toBeGreaterThanOrEqual(0);
        expect(at.getTime() - start.getTime()).toBeLessThan(7 * 86_400_000);
        expect(isoWeek(start)).toBe(isoWeek(at));
      },
    ),
  );
});

const now = new Date("2026-11-19T10:00:00Z");

test("a week without deployments is zero where it was watched, and a gap before", () => {
  const { weeks } = toWeeks([{ start: "2026-11-02", succeeded: 2, failed: 1, pending: 0 }], {
    tier: "production",
    now,
    observedSince: new Date("2026-10-21T10:00:00Z"),
  });
  expect(weeks).toHaveLength(26);
  expect(weeks.slice(-6).map(({ start, total, isPartial }) => [start, total, isPartial])).toEqual([
    ["2026-10-12", null, false],
    ["2026-10-19", 0, true],
    ["2026-10-26", 0, false],
    ["2026-11-02", 3, false],
    ["2026-11-09", 0, false],
    ["2026-11-16", 0, true],
  ]);
});

test("what was never watched is a gap throughout, never zero", () => {
  const { weeks } = toWeeks([], { tier: "production", now, observedSince: null });
  expect(weeks.every((week) => week.total === null && week.succeeded === null)).toBe(true);
});

test("deployments that are older than the watching are shown all the same", () => {
  const counted = [{ start: "2026-09-07", succeeded: 4, failed: 0, pending: 0 }];
  const { weeks } = toWeeks(counted, { tier: "staging", now, observedSince: new Date("2026-11-10") });
  expect(weeks.find(({ start }) => start === "2026-09-07")).toMatchObject({ total: 4, isPartial: false });
});
