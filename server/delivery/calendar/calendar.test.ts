import { sql } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { readCalendar, readCalendarDays } from "./read-calendar.ts";
import { removeCalendarDay } from "./remove-calendar-day.ts";
import { saveCalendar } from "./save-calendar.ts";
import { saveCalendarDay } from "./save-calendar-day.ts";
import { addDays, dayOf, daysBetween, fiscalQuarters, startOfDay, weekStart } from "./zoned-days.ts";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Havana",
  "Asia/Kathmandu",
  "Africa/Cairo",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
  "Pacific/Apia",
  "Asia/Beirut",
];

describe("days of a time zone", () => {
  test("begin when PostgreSQL says so, and every moment lies in its day", async ({ db }) => {
    const days = fc
      .sample(fc.integer({ min: 0, max: 6_500 }), { numRuns: 400, seed: 7 })
      .map((n) => addDays("2014-01-01", n));
    // Skipped midnights, and a day that never was.
    days.push("2018-11-04", "2021-03-14", "2024-04-26", "2023-03-26", "2012-01-01", "2011-12-31");
    for (const zone of zones) {
      const rows = await db.execute<{ at: string }>(sql`
        select (d.day::date::timestamp at time zone ${zone}) as at
        from unnest(${sql.param(days)}::text[]) with ordinality as d(day, position) order by d.position`);
      for (const [index, day] of days.entries()) {
        const start = startOfDay(day, zone);
        const known = new Date(rows[index]!.at).getTime();
        // Of a midnight that comes twice PostgreSQL takes the later one; the day begins with the first.
        expect([known, known - 3_600_000]).toContain(start.getTime());
        if (start.getTime() !== known) expect(dayOf(new Date(known), zone)).toBe(day);
        expect(dayOf(start, zone)).toBe(day);
        expect(dayOf(new Date(start.getTime() - 1), zone)).toBe(
          day === "2011-12-31" && zone === "Pacific/Apia" ? "2011-12-29" : addDays(day, -1),
        );
      }
    }
  });

  test("make weeks that start on any day, and fiscal quarters that start in any month", () => {
    fc.assert(
      fc.property(fc.integer({ min: -9000, max: 9000 }), fc.integer({ min: 1, max: 7 }), (n, startsOn) => {
        const day = addDays("2026-11-21", n);
        const start = weekStart(day, startsOn);
        expect(daysBetween(start, day)).toBeGreaterThanOrEqual(0);
        expect(daysBetween(start, day)).toBeLessThan(7);
        expect(new Date(`${start}T00:00:00Z`).getUTCDay()).toBe(startsOn % 7);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: 1, max: 12 }), (n, startsIn) => {
        const from = addDays("2026-11-21", n);
        const quarters = fiscalQuarters(from, addDays(from, 400), startsIn);
        expect(quarters[0]!.from <= from).toBe(true);
        expect(quarters.at(-1)!.to >= addDays(from, 399)).toBe(true);
        for (const [i, quarter] of quarters.entries()) {
          if (i > 0) expect(quarter.from).toBe(addDays(quarters[i - 1]!.to, 1));
          expect((Number(quarter.from.slice(5, 7)) - startsIn + 12) % 3).toBe(0);
        }
      }),
    );
    const titles = (startsIn: number) =>
      fiscalQuarters("2026-02-01", "2026-05-01", startsIn).map(({ title }) => title);
    expect(titles(1)).toEqual(["2026 Q1", "2026 Q2"]);
    expect(titles(4)).toEqual(["FY2026 Q4", "FY2027 Q1"]);
  });
});

describe("the organisation's calendar", () => {
  test("is kept by those who run the portal, and seen by everybody", async ({ db }) => {
    const platform = as(db, person("platform"));
    await saveCalendar(platform, { weekStartsOn: 7, fiscalYearStartsIn: 4 });
    const { id } = await saveCalendarDay(platform, {
      kind: "freeze",
      from: "2026-12-20",
      to: "2027-01-02",
      title: "Year's end",
    });
    await saveCalendarDay(platform, {
      id,
      kind: "freeze",
      from: "2026-12-21",
      to: "2027-01-02",
      title: "Year's end",
    });
    const guest = as(db, person("guest"));
    expect(await readCalendar(guest)).toEqual({
      timeZone: "UTC",
      weekStartsOn: 7,
      fiscalYearStartsIn: 4,
      days: [{ id, kind: "freeze", from: "2026-12-21", to: "2027-01-02", title: "Year's end" }],
      may: {
        change: expect.objectContaining({
          sentence: "Only platform engineers and admins can change the organisation's calendar",
        }),
      },
    });
    expect((await readCalendarDays(guest, "2027-01-02", "2027-02-01")).length).toBe(1);
    expect((await readCalendarDays(guest, "2027-01-03", "2027-02-01")).length).toBe(0);
    for (const change of [
      saveCalendar(guest, { weekStartsOn: 1, fiscalYearStartsIn: 1 }),
      saveCalendarDay(guest, { kind: "holiday", from: "2026-12-25", to: "2026-12-25", title: "Day off" }),
      removeCalendarDay(guest, { id }),
    ])
      await expect(change).rejects.toThrow("Only platform engineers and admins");
    await removeCalendarDay(platform, { id });
    await expect(removeCalendarDay(platform, { id })).rejects.toThrow("no longer in the calendar");
    expect((await readCalendar(guest)).days).toEqual([]);
  });
});
