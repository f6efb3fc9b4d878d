import { expect, test } from "vitest";
import { exactUtc, relativeText } from "./relative-text.ts";

const now = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [0, "just now"],
  [44_999, "just now"],
  [46_000, "1 min ago"],
  [59 * minute, "59 min ago"],
  [hour, "1 hour ago"],
  [23.9 * hour, "23 hours ago"],
  [day, "1 day ago"],
  [6.9 * day, "6 days ago"],
  [7 * day, "1 week ago"],
  [59 * day, "8 weeks ago"],
  [61 * day, "2 months ago"],
  [729 * day, "23 months ago"],
  [731 * day, "2 years ago"],
])("%d ms back reads %s", (distance, words) => {
  expect(relativeText(now - distance, now)).toBe(words);
});

test("what is to come reads forwards", () => {
  expect(relativeText(now + 2 * day, now)).toBe("in 2 days");
  expect(relativeText(now + 30_000, now)).toBe("just now");
});

test("the exact time is written in UTC, whatever the zone of the machine", () => {
  expect(exactUtc(new Date("2026-03-01T05:07:59+02:00"))).toBe("1 Mar 2026, 03:07 UTC");
});
