import fc from "fast-check";
import { expect, test } from "vitest";
import { isoWeek, startOfWeek } from "./weeks.ts";

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
