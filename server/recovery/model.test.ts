import { expect, test } from "vitest";
import { backupFileName, outlived } from "./model.ts";

test("a backup's name says when and why, and sorts by time", () => {
  expect(backupFileName(new Date("2026-01-02T03:04:05.678Z"), "schedule")).toBe(
    "milepost-20260102T030405Z-schedule.tar.gz",
  );
});

test("the newest are kept; those from before upgrades are counted apart", () => {
  const made = (reason: "schedule" | "request" | "upgrade", day: number) => ({
    id: `${reason} ${day}`,
    reason,
    startedAt: new Date(Date.UTC(2026, 0, day)),
  });
  const rows = [
    ...[1, 2, 3, 4, 5].map((day) => made("upgrade", day)),
    ...[6, 7, 8].map((day) => made("schedule", day)),
    made("request", 9),
  ];
  expect(outlived(rows, 2).map(({ id }) => id)).toEqual([
    "schedule 7",
    "schedule 6",
    "upgrade 2",
    "upgrade 1",
  ]);
  expect(outlived(rows, 100).map(({ id }) => id)).toEqual(["upgrade 2", "upgrade 1"]);
});
