import { expect, test } from "vitest";
import { runStateOf, tierOf } from "./model.ts";

test.each([
  ["github-pages", { isProduction: true }, "production"],
  ["production", {}, "production"],
  ["Prod", {}, "production"],
  ["prod-eu-west-1", {}, "production"],
  ["live/eu", {}, "production"],
  ["production", { isTransient: true }, "ephemeral"],
  ["pr-17", { isTransient: true }, "ephemeral"],
  ["productivity", {}, "other"],
  ["non-production", {}, "other"],
  ["staging", {}, "staging"],
  ["stage_2", {}, "staging"],
  ["QA", {}, "test"],
  ["dev", {}, "development"],
  ["preview/feature", {}, "ephemeral"],
  ["moon", {}, "other"],
  ["staging", { isProduction: true }, "production"],
])("the environment %s with %o is %s", (name, flags, tier) => {
  expect(tierOf({ isProduction: undefined, isTransient: undefined, ...flags, name })).toBe(tier);
});

test.each([
  ["completed", "success", "success"],
  ["completed", "timed_out", "failure"],
  ["completed", "startup_failure", "failure"],
  ["completed", "cancelled", "cancelled"],
  ["completed", "skipped", "other"],
  ["completed", null, "other"],
  ["in_progress", null, "running"],
  ["queued", null, "queued"],
  ["waiting", null, "queued"],
])("a run that is %s with the conclusion %s counts as %s", (status, conclusion, state) => {
  expect(runStateOf(status, conclusion)).toBe(state);
});
