import { expect, test } from "vitest";
import { compareRows, type ProductionRow } from "./compare-rows.ts";
import type { OrganisationRules } from "./model.ts";

const standing: OrganisationRules = {
  tiers: [],
  defaultSource: "deployment",
  weekStartsOn: 1,
  timeZone: "UTC",
};
const rules: { standing: OrganisationRules; draft: OrganisationRules } = {
  standing,
  draft: { ...standing, tiers: [{ pattern: "eu*", tier: "production" }] },
};
const row = (sourceKey: string, more: Partial<ProductionRow> = {}): ProductionRow => ({
  source: "deployment",
  sourceKey,
  environment: "production",
  at: new Date("2026-03-04T05:06:07Z"),
  outcome: "success",
  kind: "forward",
  attribution: "complete",
  isExcluded: false,
  failState: null,
  isRework: false,
  changes: 2,
  sha: "a".repeat(40),
  ref: "main",
  parts: null,
  ...more,
});
const told = (before: ProductionRow[], after: ProductionRow[], tried = rules) =>
  compareRows(before, after, tried).map(({ move, environment, why }) => `${move} ${environment}: ${why}`);

test("what stays the same is not listed", () => {
  expect(told([row("1")], [row("1")])).toEqual([]);
});

test("a region that joins another deployment does not vanish without a word", () => {
  const parts = [
    { environment: "production", key: "1" },
    { environment: "eu-1", key: "2" },
  ];
  const joined = row("1", { parts, at: new Date("2026-03-04T05:30:00Z") });
  expect(told([row("1"), row("2", { environment: "eu-1" })], [joined])).toEqual([
    "altered production, eu-1: Environments: production, then production, eu-1. Live since: 4 Mar 2026, 05:06 UTC, then 4 Mar 2026, 05:30 UTC",
    "out eu-1: One deployment with that of production, eu-1: the same commit within an hour",
  ]);
  expect(told([joined], [row("1"), row("2", { environment: "eu-1" })])).toContain(
    "in eu-1: A deployment of its own: before, it was one with that of production, eu-1",
  );
});

test("what stays and is something else says what it was", () => {
  const now = row("1", { kind: "redeploy", changes: 0, failState: "confirmed" });
  expect(told([row("1")], [now])).toEqual([
    "altered production: Was: something new, then the same version again. Brought: 2 changes, then 0 changes. Failure: none, then confirmed",
  ]);
});

test("rollouts that failed and those excluded by the team move without being counted", () => {
  const failed = row("1", { environment: "eu-1", outcome: "failure", kind: null });
  expect(told([], [failed])).toEqual([
    "altered eu-1: A rollout that never succeeded. eu-1 is Production by the rule eu*",
  ]);
  expect(told([row("1", { isExcluded: true })], [])[0]).toMatch(/^altered production: Excluded by the team/);
});

test("another source says so", () => {
  const tried = { standing, draft: { ...standing, defaultSource: "tag" as const } };
  expect(told([row("1")], [row("v1", { source: "tag" })], tried)).toEqual([
    "out production: Deployments no longer come from: GitHub deployments",
    "in production: Deployments then come from: Tags",
  ]);
});
