import fc from "fast-check";
import { expect, test } from "vitest";
import { layoutGraph, nodeSize } from "./layout-graph.ts";

test("what needs the root stands to the left, what it needs to the right", () => {
  const { nodes } = layoutGraph({
    id: 1,
    root: "shop",
    nodes: ["shop", "web", "db", "disk", "alone"],
    edges: [
      { from: "web", to: "shop" },
      { from: "shop", to: "db" },
      { from: "db", to: "disk" },
      { from: "disk", to: "shop" },
    ],
  });
  const at = (ref: string) => nodes.find((node) => node.ref === ref)!;
  expect(nodes.map(({ ref, layer }) => [ref, layer])).toEqual(
    expect.arrayContaining([
      ["web", -1],
      ["shop", 0],
      ["alone", 0],
      ["db", 1],
      ["disk", -1],
    ]),
  );
  expect(at("web").x).toBeLessThan(at("shop").x);
  expect(at("shop").x).toBeLessThan(at("db").x);
});

test("no two nodes lie on each other, and all lie inside the drawing, whatever the graph", () => {
  const graph = fc.integer({ min: 1, max: 90 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 200 }),
    }),
  );
  fc.assert(
    fc.property(graph, ({ size, edges }) => {
      const nodes = Array.from({ length: size }, (_, index) => `n${index}`);
      const layout = layoutGraph({
        id: 1,
        root: "n0",
        nodes,
        edges: edges.map(([from, to]) => ({ from: `n${from}`, to: `n${to}` })),
      });
      expect(layout.nodes.map(({ ref }) => ref).sort()).toEqual([...nodes].sort());
      for (const [index, a] of layout.nodes.entries()) {
        expect(a.x - nodeSize.width / 2).toBeGreaterThanOrEqual(0);
        expect(a.y - nodeSize.height / 2).toBeGreaterThanOrEqual(0);
        expect(a.x + nodeSize.width / 2).toBeLessThanOrEqual(layout.width);
        expect(a.y + nodeSize.height / 2).toBeLessThanOrEqual(layout.height);
        for (const b of layout.nodes.slice(index + 1))
          expect(Math.abs(a.x - b.x) >= nodeSize.width || Math.abs(a.y - b.y) >= nodeSize.height).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});
