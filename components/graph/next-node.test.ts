import { expect, test } from "vitest";
import { layoutGraph, neighboursOf } from "./layout-graph.ts";
import { nextNode } from "./next-node.ts";

test("arrow keys go along relations and within a column, and stop at the end", () => {
  const names = ["root", "a", "b", "left"];
  const edges = [
    { from: "root", to: "a" },
    { from: "root", to: "b" },
    { from: "left", to: "root" },
  ];
  const { nodes } = layoutGraph({ id: 1, root: "root", nodes: names, edges });
  const neighbours = neighboursOf(names, edges);
  const go = (key: string, ref: string) =>
    nextNode(key, nodes.find((node) => node.ref === ref)!, nodes, neighbours);
  expect(["a", "b"]).toContain(go("ArrowRight", "root"));
  expect(go("ArrowLeft", "root")).toBe("left");
  expect(go("ArrowLeft", "a")).toBe("root");
  expect(
    [go("ArrowDown", "a"), go("ArrowUp", "b")].filter(Boolean).length +
      [go("ArrowUp", "a"), go("ArrowDown", "b")].filter(Boolean).length,
  ).toBe(2);
  expect(go("ArrowRight", "a")).toBeNull();
  expect(go("Escape", "a")).toBeNull();
});
