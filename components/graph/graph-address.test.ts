import { expect, test } from "vitest";
import { graphHref, graphState } from "./graph-address.ts";

test("what the address does not say, or says wrongly, has a default", () => {
  const state = graphState(
    { view: "x", depth: "99", relation: ["dependsOn", "nothing"], kind: "API" },
    "Component",
  );
  expect(state).toEqual({
    view: "graph",
    direction: "both",
    depth: 2,
    relation: ["dependsOn"],
    kind: ["API"],
  });
  expect(graphState({}, "Component").relation).not.toContain("ownedBy");
  expect(graphState({}, "Group").relation).toContain("ownedBy");
});

test("an address gives back the state that it was made of", () => {
  const state = graphState(
    { view: "breaks", depth: "3", direction: "needs", relation: ["partOf"], kind: ["api", "system"] },
    "API",
  );
  const href = graphHref("/catalog/graph", state, "api:default/a");
  const { searchParams } = new URL(href, "http://x");
  const search = Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]),
  );
  expect(graphState({ ...search, view: "breaks", depth: "3", direction: "needs" }, "API")).toEqual(state);
  expect(searchParams.get("root")).toBe("api:default/a");
});
