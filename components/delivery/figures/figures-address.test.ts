import { expect, test } from "vitest";
import {
  addressRefusal,
  askedOf,
  csvHref,
  dayAfter,
  figuresHref,
  figuresSearch,
  figuresState,
  windowRefusal,
} from "./figures-address.ts";

const usual = figuresState({});

test("an address without a search asks for 90 days with the usual options, and stays without", () => {
  expect(usual).toEqual({
    days: 90,
    from: null,
    to: null,
    exclusions: true,
    bots: true,
    ownership: "now",
  });
  expect(figuresHref("/insights", usual)).toBe("/insights");
});

test.each([
  "days=28",
  "from=2026-01-01&to=2026-04-01",
  "days=365&exclusions=false&bots=false&ownership=then",
])("the address %s comes back as it was", (search) => {
  const state = figuresState(Object.fromEntries(new URLSearchParams(search)));
  expect(figuresSearch(state).toString()).toBe(search);
});

test.each([
  { days: "0" },
  { days: "1000" },
  { days: "many" },
  { from: "2026-01-01" },
  { from: "2026-02-30", to: "2026-04-01" },
  { from: "2026-04-01", to: "2026-01-01" },
  { from: ["2026-01-01", "2026-01-02"], to: "2026-04-01" },
  { from: "2020-01-01", to: "2026-01-01" },
  { ownership: "later" },
])("what does not fit is passed over: %j", (search) => {
  expect(figuresState(search)).toEqual(usual);
});

test("a window of one's own is judged before it is asked for", () => {
  expect(windowRefusal("2026-01-01", "2026-01-02")).toBeNull();
  expect(windowRefusal("2026-01-01", "2026-01-01")).toBe("The last day lies before the first");
  expect(windowRefusal("", "2026-01-01")).toBe("Choose the first and the last day");
  expect(windowRefusal("2020-01-01", "2026-01-01")).toBe("A window has at most 731 days");
  expect(dayAfter("2026-02-28", 1)).toBe("2026-03-01");
});

test("own days stand in place of a number of days, and ownership is a choice of teams alone", () => {
  const state = { ...usual, from: "2026-01-01", to: "2026-04-01", ownership: "then" as const };
  expect(askedOf({ kind: "organisation" }, state)).toEqual({
    scope: { kind: "organisation" },
    from: "2026-01-01",
    to: "2026-04-01",
    exclusions: true,
    bots: true,
    ownership: "now",
  });
  expect(askedOf({ kind: "team", ref: "group:default/a" }, state).ownership).toBe("then");
});

test("a file is asked for with the same", () => {
  const asked = askedOf({ kind: "service", ref: "component:default/a" }, { ...usual, bots: false });
  expect(csvHref("distribution", asked, { metric: "leadTime" })).toBe(
    "/api/v1/delivery/distribution.csv?scope=service&ref=component%3Adefault%2Fa&days=90&exclusions=true&bots=false&ownership=now&metric=leadTime",
  );
});

test.each([
  ["", null],
  ["days=28", null],
  ["from=2026-03-01&to=2026-04-01", null],
  ["days=7777", "between 1 and 731"],
  ["days=x", "between 1 and 731"],
  ["from=2026-13-01&to=2026-04-01", "not two days"],
  ["from=2026-03-01", "not two days"],
  ["from=2026-04-01&to=2026-03-01", "lies before the first"],
])("an address that asks for %s is told of what it does not get", (search, expected) => {
  const asked = Object.fromEntries(new URLSearchParams(search));
  const told = addressRefusal(asked, figuresState(asked));
  if (expected === null) expect(told).toBeNull();
  else expect(told).toContain(expected);
});
