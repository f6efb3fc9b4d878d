import { expect, test } from "vitest";
import { entityTabs } from "./entity-tabs.ts";

const entity = {
  ref: "component:default/checkout",
  kind: "Component",
  hasDefinition: false,
  projectSlug: null,
  relations: [],
  problems: [],
};
const labels = (over: Partial<Parameters<typeof entityTabs>[0]>) =>
  entityTabs({ ...entity, ...over }).map((tab) => tab.label);

test("a component has deployments, whatever is known of its repository", () => {
  expect(labels({})).toEqual([
    "Overview",
    "Delivery",
    "Deployments",
    "What changed",
    "Relations",
    "Source",
    "History",
    "Problems",
  ]);
});

test("delivery is measured of services, teams and systems, and of nobody else", () => {
  const measured = (kind: string) =>
    labels({ kind, ref: `${kind.toLowerCase()}:default/a` }).includes("Delivery");
  expect(["Component", "Group", "System"].map(measured)).toEqual([true, true, true]);
  expect(["User", "Domain", "API", "Resource"].map(measured)).toEqual([false, false, false, false]);
});

test("an API has its definition, and deployments only with a repository", () => {
  const api = { ref: "api:default/pay", kind: "API", hasDefinition: true };
  expect(labels(api)).toEqual(["Overview", "Definition", "Relations", "Source", "History", "Problems"]);
  expect(labels({ ...api, projectSlug: "acme/pay" })).toContain("Deployments");
});

test("relations are counted in full, not by the page that was read", () => {
  const relations = [
    { type: "ownerOf", label: "Owns", total: 120, items: [] },
    { type: "hasMember", label: "Members", total: 6, items: [] },
  ];
  expect(entityTabs({ ...entity, relations }).find((tab) => tab.label === "Relations")?.count).toBe(126);
});
