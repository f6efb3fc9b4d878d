import { expect, test } from "vitest";
import { daysText, momentText, shortDayText, weekdayText } from "./day-text.ts";

test("days and moments are written in one way, whatever month and time zone", () => {
  expect(daysText("2026-09-01", "2026-09-01")).toBe("1 Sep 2026");
  expect(daysText("2026-12-24", "2027-01-02")).toBe("24 Dec 2026 to 2 Jan 2027");
  expect(shortDayText("2026-09-01")).toBe("1 Sep");
  expect(weekdayText("2026-11-21")).toBe("Saturday, 21 Nov 2026");
  const midnight = new Date("2026-12-31T23:30:00Z");
  expect(momentText(midnight, "UTC")).toBe("31 Dec 2026, 23:30");
  expect(momentText(midnight, "Europe/Berlin")).toBe("1 Jan 2027, 00:30");
});
