import { expect, test } from "vitest";
import { addDays, isHoliday, isWorkday, toWorkingHours } from "./calendar.ts";
import { catalogFiles, leaverFile } from "./catalog-files.ts";
import { components } from "./components.ts";
import { readHistory } from "./history.ts";
import type { HistoryEvent } from "./history-events.ts";
import { teams } from "./organisation.ts";
import { randomFor } from "./random.ts";
import { repositories } from "./repositories.ts";

const loadedAt = new Date("2026-11-18T12:00:00Z");
const history = readHistory(loadedAt, loadedAt);
const keysOf = (events: readonly HistoryEvent[]) =>
  events.map(({ key, at, type }) => `${key} ${type} ${at.getTime()}`);

test("the same day gives the same history, and a longer one begins with the shorter one", () => {
  expect(keysOf(readHistory(loadedAt, loadedAt))).toEqual(keysOf(history));
  const later = readHistory(loadedAt, addDays(loadedAt, 40));
  expect(keysOf(later).slice(0, history.length)).toEqual(keysOf(history));
  expect(later.length).toBeGreaterThan(history.length + 1_000);
  expect(new Set(later.map(({ key }) => key)).size).toBe(later.length);
});

test("runs from nine months ago to now, in the order of time", () => {
  const times = history.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((left, right) => left - right));
  const days = (loadedAt.getTime() - times[0]!) / 86_400_000;
  expect(days).toBeGreaterThan(270);
  expect(days).toBeLessThan(275);
});

test("has the rhythm of weeks: little on weekends, nothing on a holiday's production", () => {
  const opened = history.filter(({ type }) => type === "pull opened");
  const weekend = opened.filter(({ at }) => at.getUTCDay() % 6 === 0);
  expect(weekend.length / opened.length).toBeLessThan(0.05);
  const production = history.filter(
    (event) => event.type === "deployment created" && event.deployment.environment === "production",
  );
  expect(production.length).toBeGreaterThan(500);
  expect(production.filter(({ at }) => isHoliday(at))).toEqual([]);
});

test("teams differ, and each kind of trouble happens", () => {
  const inProduction = history.filter(
    (event) => event.type === "deployment created" && event.deployment.environment === "production",
  );
  const daysOf = (name: string) =>
    new Set(
      inProduction
        .filter(({ repository }) => repository.name === name)
        .map(({ at }) => at.toISOString().slice(0, 10)),
    ).size;
  expect(daysOf("search")).toBeGreaterThan(1.5 * daysOf("orders"));
  expect(daysOf("storefront")).toBeGreaterThan(2 * daysOf("inventory"));
  const deployed = (team: string) => inProduction.filter(({ repository }) => repository.team === team).length;
  expect(deployed("returns")).toBe(0);
  for (const { name } of teams.filter((team) => team.name !== "returns"))
    expect(deployed(name)).toBeGreaterThan(20);
  const failed = history.filter((event) => event.type === "deployment status" && event.state === "failure");
  expect(failed.length).toBeGreaterThan(30);
  expect(history.filter(({ type }) => type === "incident opened").length).toBeGreaterThan(15);
});

test("the main branch of each repository is one chain of pushes", () => {
  for (const repository of repositories) {
    const pushes = history.filter(
      (event) =>
        event.repository === repository && event.type === "pushed" && event.ref === "refs/heads/main",
    ) as (HistoryEvent & { type: "pushed" })[];
    for (const [index, push] of pushes.entries())
      if (index > 0) expect(push.before).toBe(pushes[index - 1]!.after);
  }
});

/** What a repository tells, as short lines, from a moment on. */
function tellsSince(name: string, since: string, until: Date, loaded = loadedAt): string[] {
  return readHistory(loaded, until)
    .filter((event) => event.repository.name === name && event.at >= new Date(since))
    .flatMap((event) => {
      const time = event.at.toISOString().slice(11, 16);
      if (
        event.type === "deployment status" &&
        event.deployment.environment === "production" &&
        event.state !== "in_progress"
      )
        return [`${time} ${event.state} ${event.deployment.sha.slice(0, 4)}`];
      return event.type.startsWith("incident") ? [`${time} ${event.type}`] : [];
    });
}

test.each(["2026-11-18", "2026-11-16", "2027-01-01", "2026-08-12", "2028-02-29"])(
  "tells the story of Checkout on the day before %s",
  (day) => {
    const loaded = new Date(`${day}T07:00:00Z`);
    const yesterday = addDays(loaded, -1).toISOString().slice(0, 10);
    const told = tellsSince("checkout", yesterday, loaded, loaded);
    const [bad, broke, opened, back, closed] = told;
    expect(told).toHaveLength(5);
    expect(bad).toMatch(/^13:09 success/);
    expect(broke).toBe(`13:31 failure ${bad!.slice(-4)}`);
    expect(opened).toBe("13:34 incident opened");
    expect(back).toMatch(/^13:57 success/);
    expect(back!.slice(-4)).not.toBe(bad!.slice(-4));
    expect(closed).toBe("14:26 incident closed");
  },
);

test("the repair of Checkout goes out on the next workday", () => {
  const told = tellsSince("checkout", "2026-11-18", new Date("2026-11-18T18:00:00Z"));
  expect(told.some((line) => /success/.test(line))).toBe(true);
});

test("knows workdays and working hours", () => {
  expect(isWorkday(new Date("2026-04-03"))).toBe(false);
  expect(isWorkday(new Date("2026-04-06"))).toBe(false);
  expect(isWorkday(new Date("2026-04-07"))).toBe(true);
  expect(toWorkingHours(new Date("2026-11-20T18:30:00Z")).toISOString()).toBe("2026-11-23T07:30:00.000Z");
  expect(toWorkingHours(new Date("2026-11-20T03:10:00Z")).toISOString()).toBe("2026-11-20T07:10:00.000Z");
  expect(toWorkingHours(new Date("2026-12-24T10:00:00Z")).toISOString()).toBe("2026-12-28T07:00:00.000Z");
});

test("numbers depend on their keys alone", () => {
  const draw = (key: string) => Array.from({ length: 5 }, randomFor("seed", key).next);
  expect(draw("one")).toEqual(draw("one"));
  expect(draw("one")).not.toEqual(draw("two"));
  const many = randomFor("many");
  const mean =
    Array.from({ length: 5_000 }, () => many.count(1.5)).reduce((sum, count) => sum + count, 0) / 5_000;
  expect(mean).toBeGreaterThan(1.4);
  expect(mean).toBeLessThan(1.6);
});

test("the organisation is as large as it says", () => {
  expect(teams).toHaveLength(8);
  expect(teams.flatMap(({ people }) => people).length + 1).toBe(40);
  const documents = catalogFiles().flatMap(({ path, text }) =>
    path.endsWith(".yaml") ? text.split("---\n") : [],
  );
  const people = documents.filter((text) => text.includes("kind: User"));
  expect(people).toHaveLength(41);
  expect(documents.length - people.length).toBeGreaterThan(65);
  expect(catalogFiles().filter(({ path }) => path === leaverFile)).toHaveLength(1);
  expect(components.filter(({ repository }) => repository === "storefront")).toHaveLength(5);
});
