import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, type TestDeployment, writeDeployments } from "#server/testing/figures.ts";
import { muddle } from "#server/testing/muddled-deployments.ts";
import { person } from "#server/testing/people.ts";
import { readFiguresByService } from "./by-service.ts";
import { readDistribution } from "./distribution.ts";
import { readEvidence } from "./evidence.ts";
import { AskEvidence, AskFigures } from "./inputs.ts";
import { metrics } from "./model.ts";
import { readFigures } from "./read-figures.ts";

// A Saturday; 90 days before tomorrow begin on a Monday, 24 August.
const now = new Date("2026-11-21T12:00:00Z");
const day = 86_400_000;
const at = (daysAgo: number, hour = 12) => new Date(now.getTime() - daysAgo * day + (hour - 12) * 3_600_000);
const service = (name: string) => ({ kind: "service" as const, ref: `component:default/${name}` });
const ctxOf = (db: Db) => as(db, person("developer"), now);
const ask = (db: Db, asked: Partial<AskFigures> & Pick<AskFigures, "scope">) =>
  readFigures(ctxOf(db), AskFigures.parse(asked));

/** A deployment each Tuesday and Thursday, the newest first. */
const steady = (count: number, more: (index: number) => Partial<TestDeployment> = () => ({})) =>
  Array.from({ length: count }, (_, i) => ({
    at: at(2 + Math.floor(i / 2) * 7 + (i % 2) * 2),
    hours: [4, 8, 30],
    ...more(i),
  }));

describe("a service's figures", () => {
  test("are those that one counts by hand", async ({ db }) => {
    await importServices(db, { cart: "payments" });
    const failed = { state: "confirmed" as const, recoveredAt: new Date(at(16).getTime() + 5 * 3_600_000) };
    await writeDeployments(db, "cart", [
      ...steady(24, (i) => (i === 4 ? { failure: { ...failed, remedy: 24 } } : {})),
      { at: new Date(at(16).getTime() + 5 * 3_600_000), kind: "rollback" },
      { at: at(30), kind: "redeploy" },
      { at: at(31), isFailed: true },
      { at: at(400), kind: "baseline" },
      { at: at(3), tier: "staging", hours: [1000] },
    ]);
    const { figures, coverage, coverageWords, window, scope } = await ask(db, { scope: service("cart") });
    expect(window).toMatchObject({ from: "2026-08-24", to: "2026-11-22", isPartial: false });
    expect(scope).toMatchObject({ name: "cart", services: 1, withoutDelivery: 0 });
    expect(figures.frequency).toMatchObject({
      value: 2,
      n: 12,
      completeWeeks: 12,
      distinctDays: 24,
      counts: { deployments: 24, forward: 24, first: 0, unknown: 0, redeploys: 1, rollbacks: 1, excluded: 0 },
      band: { position: 3 },
      interval: { low: 2, high: 2 },
    });
    expect(figures.leadTime).toMatchObject({
      value: 8 * 3600,
      p90: 30 * 3600,
      n: 72,
      counts: { deployments: 24, clamped: 0, bots: 0 },
      startedBy: { pull_request_commit: 72 },
      stages: { coding: 4 * 3600, pickup: 2 * 3600, review: 3600, deploy: 3600 },
      band: { position: 2 },
    });
    // Deployments of the last seven days before the window's end are not judged: two of the 24.
    expect(figures.changeFailRate).toMatchObject({
      value: 1 / 22,
      counts: { deployments: 22, confirmed: 1, suggested: 0, maturing: 2 },
      rangeWords: "4.5 % confirmed, nothing unreviewed",
    });
    expect(figures.recovery).toMatchObject({ value: null, reason: "below_minimum", n: 1 });
    expect(figures.rework).toMatchObject({ value: 1 / 26, counts: { remedies: 1, rollbacks: 1, rework: 1 } });
    expect(figures.failedRollouts).toMatchObject({ value: 1 / 27, counts: { finished: 27, failed: 1 } });
    expect(coverage).toEqual({ deployments: 26, attributed: 26, first: 0, unknown: 0, excluded: 0 });
    expect(coverageWords).toBe("100 % of deployments attributed");
  });

  test("say why there are none, and never 0 in place of nothing", async ({ db }) => {
    await importServices(db, { bare: "payments", fresh: "payments", quiet: "payments", few: "payments" });
    const none = (await ask(db, { scope: service("bare") })).figures;
    for (const metric of metrics) expect(none[metric]).toMatchObject({ value: null, reason: "no_services" });
    await writeDeployments(db, "fresh", [{ at: at(1), kind: "baseline" }]);
    const early = await ask(db, { scope: service("fresh"), from: "2026-01-01", to: "2026-02-01" });
    for (const metric of metrics)
      expect(early.figures[metric]).toMatchObject({ value: null, reason: "not_observed" });
    expect(early.weeks.every(({ forward, isObserved }) => forward === null && !isObserved)).toBe(true);
    await writeDeployments(db, "quiet", steady(40));
    const quiet = (await ask(db, { scope: service("quiet") })).figures;
    expect(quiet.changeFailRate).toMatchObject({ value: null, reason: "no_incident_source", upTo: null });
    expect(quiet.recovery).toMatchObject({ value: null, reason: "no_incident_source" });
    await db.execute(sql`insert into observed_periods (subject, what, from_at, reason)
      values ('component:default/quiet', 'incidents', ${at(300).toISOString()}::timestamptz, 'a test')`);
    const seen = (await ask(db, { scope: service("quiet") })).figures;
    expect(seen.changeFailRate).toMatchObject({ value: 0, reason: null });
    expect(seen.recovery).toMatchObject({ value: null, reason: "none" });
    await writeDeployments(db, "few", [
      { at: at(1), hours: [1, 2, 3, 4, 5] },
      { at: at(2), hours: [6, 7] },
    ]);
    const few = (await ask(db, { scope: service("few") })).figures;
    for (const metric of ["frequency", "leadTime", "changeFailRate", "rework", "failedRollouts"] as const)
      expect(few[metric]).toMatchObject({ value: null, reason: "below_minimum", band: null, interval: null });
  });

  test("count open failures, and say so when most are open", async ({ db }) => {
    await importServices(db, { broken: "payments" });
    const recovered = (daysAgo: number, hours: number) => ({
      state: "confirmed" as const,
      recoveredAt: new Date(at(daysAgo).getTime() + hours * 3_600_000),
    });
    await writeDeployments(db, "broken", [
      { at: at(10), failure: recovered(10, 2) },
      { at: at(20), failure: recovered(20, 4) },
      { at: at(30), failure: recovered(30, 6) },
      { at: at(40), failure: { state: "confirmed" } },
      { at: at(200), failure: { state: "confirmed" } },
    ]);
    const { figures } = await ask(db, { scope: service("broken") });
    // Ordered 2, 4, 6 and two open: the third of five is in the middle.
    expect(figures.recovery).toMatchObject({
      value: 6 * 3600,
      n: 5,
      counts: { recovered: 3, open: 2 },
      oldestOpenAt: at(200),
      intervalMethod: "survival",
    });
    const early = await ask(db, { scope: service("broken"), from: "2026-10-01", to: "2026-10-20" });
    expect(early.figures.recovery).toMatchObject({ counts: { recovered: 0, open: 2 } });
    const before = await ask(db, { scope: service("broken"), from: "2026-10-01", to: "2026-10-24" });
    expect(before.figures.recovery).toMatchObject({ value: null, reason: "not_reached", n: 3 });
  });

  test("stand as a range while anything is unreviewed", async ({ db }) => {
    await importServices(db, { range: "payments" });
    await writeDeployments(
      db,
      "range",
      steady(24, (i) =>
        i >= 2 && i < 7 ? { failure: { state: i < 4 ? "confirmed" : i < 6 ? "suggested" : "rejected" } } : {},
      ),
    );
    const { figures, unreviewed } = await ask(db, { scope: service("range") });
    expect(figures.changeFailRate).toMatchObject({
      value: 2 / 22,
      upTo: 4 / 22,
      unreviewed: 2,
      rangeWords: "9.1 % confirmed, up to 18 % with 2 unreviewed",
    });
    expect(unreviewed.count).toBe(2);
    expect(figures.changeFailRate.oldestUnreviewedAt).toEqual(unreviewed.oldestAt);
  });

  test("are compared with the window before in words that the data allow", async ({ db }) => {
    await importServices(db, { quicker: "payments", same: "payments" });
    const half = (i: number) => ({ hours: i < 26 ? [1, 2, 3] : [20, 40, 60] });
    await writeDeployments(db, "quicker", steady(60, half));
    await writeDeployments(db, "same", steady(60));
    const quicker = (await ask(db, { scope: service("quicker") })).figures;
    expect(quicker.leadTime.comparison).toMatchObject({
      previous: 40 * 3600,
      direction: "down",
      words: "Shorter than in the 90 days before",
    });
    expect(quicker.frequency.comparison).toMatchObject({ direction: "unclear", words: "No clear change" });
    const same = (await ask(db, { scope: service("same") })).figures;
    expect(same.leadTime.comparison).toMatchObject({ difference: 0, words: "No clear change" });
    expect(same.recovery.comparison?.direction).toBe("not_comparable");
  });

  test("count weeks in the organisation's time zone, by its first day", async ({ db }) => {
    await importServices(db, { zoned: "payments" });
    // Sunday, 23:30 UTC is Monday in Kiritimati and still Sunday in Honolulu.
    await writeDeployments(db, "zoned", [{ at: new Date("2026-11-01T23:30:00Z") }, { at: at(100) }]);
    const weekOf = async (zone: string, startsOn: number) => {
      await db.execute(sql`
        insert into installation (mode, time_zone) values ('production', ${zone})
        on conflict (id) do update set time_zone = excluded.time_zone`);
      await db.execute(sql`
        insert into delivery_calendar (week_starts_on) values (${startsOn})
        on conflict (id) do update set week_starts_on = excluded.week_starts_on`);
      const { weeks } = await ask(db, { scope: service("zoned") });
      return weeks.filter(({ forward }) => forward === 1).map(({ week }) => week);
    };
    expect(await weekOf("Pacific/Kiritimati", 1)).toContain("2026-W45");
    expect(await weekOf("Pacific/Honolulu", 1)).toContain("2026-W44");
    expect(await weekOf("UTC", 7)).toContain("2026-11-01");
    await weekOf("UTC", 1);
  });

  test("have the same interval at each look", async ({ db }) => {
    await importServices(db, { again: "payments" });
    await writeDeployments(db, "again", muddle(now, 80));
    const look = async () => (await ask(db, { scope: service("again") })).figures.leadTime.interval;
    const first = await look();
    expect(first).not.toBeNull();
    expect(await look()).toEqual(first);
  });

  test("are spread over buckets that add up to them", async ({ db }) => {
    await importServices(db, { spread: "payments" });
    await writeDeployments(db, "spread", muddle(now, 80));
    const { figures } = await ask(db, { scope: service("spread") });
    for (const [metric, n] of [
      ["leadTime", figures.leadTime.n],
      ["recovery", figures.recovery.counts.recovered],
    ] as const) {
      const asked = { ...AskFigures.parse({ scope: service("spread") }), metric };
      const found = await readDistribution(ctxOf(db), asked);
      expect(found.n).toBe(n);
      expect(found.n).toBeGreaterThan(0);
    }
  });
});

describe("figures of several services", () => {
  test("are pooled, of a team with the teams below it, and of what an actor may see", async ({ db }) => {
    await importServices(
      db,
      { ledger: "billing", refunds: "returns", index: "search" },
      { returns: "billing" },
    );
    await writeDeployments(db, "ledger", steady(24));
    await writeDeployments(
      db,
      "refunds",
      steady(10, () => ({ hours: [100] })),
    );
    await writeDeployments(db, "index", steady(6));
    const n = async (asked: Parameters<typeof ask>[1]) => (await ask(db, asked)).figures.leadTime.n;
    const team = (name: string) => ({ kind: "team" as const, ref: `group:default/${name}` });
    expect(await n({ scope: team("billing") })).toBe(82);
    expect(await n({ scope: team("returns") })).toBe(10);
    expect(await n({ scope: { kind: "system", ref: "system:default/shop" } })).toBe(100);
    const guest = as(db, person("guest", { limitedTo: ["group:default/search"] }), now);
    const seen = await readFigures(guest, AskFigures.parse({ scope: { kind: "organisation" } }));
    expect(seen.figures.leadTime.n).toBe(18);
    expect(seen.scope.services).toBe(1);
    const page = await readFiguresByService(guest, {
      ...AskFigures.parse({ scope: { kind: "organisation" } }),
      limit: 25,
      cursor: undefined,
    });
    expect(page.items.map(({ serviceRef }) => serviceRef)).toEqual(["component:default/index"]);
    for (const hidden of [service("ledger"), team("billing")])
      await expect(readFigures(guest, AskFigures.parse({ scope: hidden }))).rejects.toThrow("has no entry");
    const rows = AskEvidence.parse({ scope: service("ledger"), metric: "frequency", part: "deployments" });
    await expect(readEvidence(guest, rows)).rejects.toThrow("has no entry");
  });

  test("count for who owned them then, where that is asked", async ({ db }) => {
    const file = (owner: string) => ({
      "a.yaml": fileOf(
        documentText("Group", "old"),
        documentText("Group", "new"),
        documentText("Component", "moved", { spec: { owner } }),
      ),
    });
    await importFiles(db, "moving", file("old"));
    await importFiles(db, "moving", file("group:default/new"));
    await db.execute(sql`
      update entity_versions set at = ${at(30).toISOString()}::timestamptz
      where ref = 'component:default/moved' and change = 'changed'`);
    await writeDeployments(db, "moved", [{ at: at(10) }, { at: at(40) }, { at: at(50) }]);
    const forward = async (name: string, ownership: "now" | "then") =>
      (await ask(db, { scope: { kind: "team", ref: `group:default/${name}` }, ownership })).figures.frequency
        .counts.forward;
    expect([await forward("new", "now"), await forward("old", "now")]).toEqual([3, 0]);
    expect([await forward("new", "then"), await forward("old", "then")]).toEqual([1, 2]);
  });
});
