import { expect } from "vitest";
import { isGuest } from "../access-expected.ts";
import type { World } from "../world.ts";
import { type ProcedureRow, platform, type RestRow } from "./row.ts";

/** Days that are over: the answer to them does not change with the hour. */
const days = { from: "2026-01-05", to: "2026-04-06" };
const ofOurs = (more: object) => (world: World) => ({
  scope: { kind: "service", ref: world.ours },
  ...days,
  ...more,
});

export const deliveryFigureProcedures: Readonly<Record<string, ProcedureRow>> = {
  "delivery.calendar": { who: "signed in" },
  "delivery.distribution": { who: "signed in", isOurs: true, input: ofOurs({ metric: "leadTime" }) },
  "delivery.evidence": {
    who: "signed in",
    isOurs: true,
    input: ofOurs({ metric: "frequency", part: "deployments" }),
  },
  "delivery.figures": { who: "signed in", isOurs: true, input: ofOurs({}) },
  "delivery.figuresByService": {
    who: "signed in",
    input: () => ({ scope: { kind: "organisation" }, ...days }),
    sees: (answer: { items: { serviceRef: string }[] }, caller, world) => {
      const refs = answer.items.map(({ serviceRef }) => serviceRef);
      if (isGuest(caller) && caller.kind !== "nobody" && caller.team !== "own team")
        expect(refs).not.toContain(world.ours);
    },
  },
  "delivery.removeCalendarDay": { who: platform, input: (world) => ({ id: world.calendarDay }) },
  "delivery.saveCalendar": { who: platform, input: () => ({ weekStartsOn: 7, fiscalYearStartsIn: 4 }) },
  "delivery.saveCalendarDay": {
    who: platform,
    input: () => ({ kind: "holiday", from: "2026-12-25", to: "2026-12-25", title: "Christmas Day" }),
  },
};

const path = (name: string, more = "") => ({
  who: "signed in" as const,
  isOurs: true,
  path: (world: World) =>
    `/api/v1/delivery/${name}?scope=service&ref=${world.ours}&from=${days.from}&to=${days.to}${more}`,
});

export const deliveryFigureRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/delivery/figures": path("figures"),
  "GET /api/v1/delivery/figures.csv": path("figures.csv"),
  "GET /api/v1/delivery/weeks.csv": path("weeks.csv"),
  "GET /api/v1/delivery/distribution.csv": path("distribution.csv", "&metric=recovery"),
  "GET /api/v1/delivery/evidence.csv": path("evidence.csv", "&metric=rework&part=rework"),
  "GET /api/v1/delivery/services.csv": path("services.csv"),
  "GET /api/v1/delivery/report.jsonl": path("report.jsonl"),
  "GET /api/v1/delivery/report.jsonl.gz": path("report.jsonl.gz"),
};
