import { expect, test } from "vitest";
import type { Annotation, WeekFigures } from "#server/delivery/figures/figures-answer.ts";
import { barsOf, happeningsOf, leadTimePoints, marksOf, sparkOf } from "./week-points.ts";

const week = (start: string, more: Partial<WeekFigures> = {}): WeekFigures => ({
  week: start,
  start,
  isPartial: false,
  isObserved: true,
  unseen: null,
  forward: 4,
  redeploys: 0,
  rollbacks: 0,
  changes: 9,
  leadTime: 7200,
  leadTimeP90: 90_000,
  leadTimeInterval: { low: 3600, high: 9000 },
  judged: 4,
  failed: 1,
  unreviewed: 1,
  recovered: 1,
  recovery: null,
  rework: 1,
  failedRollouts: 0,
  ...more,
});
const unseen = { isObserved: false, judged: null, failed: null, unreviewed: null, leadTime: null };
const weeks = [week("2026-11-02", unseen), week("2026-11-09"), week("2026-11-16", { isPartial: true })];

test("what became of deployments adds up to those that were judged, and is open where nothing was seen", () => {
  expect(barsOf.outcome(weeks).map(({ values }) => values)).toEqual([
    { held: null, failed: null, unreviewed: null },
    { held: 2, failed: 1, unreviewed: 1 },
    { held: 2, failed: 1, unreviewed: 1 },
  ]);
  expect(leadTimePoints(weeks).map(({ isUnknown }) => isUnknown)).toEqual([true, false, false]);
});

test("what happened stands at its week, and nowhere where its week is not shown", () => {
  const at = (kind: Annotation["kind"], from: string, to: string, title: string): Annotation => ({
    ...{ kind, from, to, title },
    href: null,
  });
  const annotations = [
    at("freeze", "2026-10-20", "2026-11-03", "Freeze: audit"),
    at("holiday", "2026-10-20", "2026-10-21", "Holiday: gone"),
    at("incident", "2026-11-15", "2026-11-15", "Incident: Down"),
    at("incident", "2026-11-23", "2026-11-23", "Incident: later"),
    at("gap", "2026-11-08", "2026-11-10", "Not seen"),
  ];
  expect(marksOf(weeks, annotations)).toEqual([
    { key: "2026-11-09", words: "Incident: Down" },
    { key: "2026-11-02", words: "Not seen" },
    { key: "2026-11-02", words: "Freeze: audit" },
  ]);
  expect(happeningsOf(weeks, annotations).map(({ kind }) => kind)).toEqual(["incident", "gap", "freeze"]);
});

test("a small line leaves out a week that is not whole", () => {
  expect(weeks.map((one) => sparkOf("changeFailRate", one))).toEqual([null, 0.25, null]);
});
