import type { neighboursOf, PlacedNode } from "./layout-graph.ts";

type Neighbours = ReturnType<typeof neighboursOf>;

/**
 * Where an arrow key leads from a node: right along a relation to what it needs, left to what needs it (of several the
 * nearest), up and down to the neighbours in its column. Null where there is nothing.
 */
export function nextNode(
  key: string,
  from: PlacedNode,
  nodes: readonly PlacedNode[],
  neighbours: Neighbours,
): string | null {
  if (key === "ArrowUp" || key === "ArrowDown") {
    const side = key === "ArrowUp" ? -1 : 1;
    const column = nodes.filter((node) => node.x === from.x && (node.y - from.y) * side > 0);
    return nearest(column, from)?.ref ?? null;
  }
  const { out = [], in: into = [] } = neighbours.get(from.ref) ?? {};
  const wanted = new Set(key === "ArrowRight" ? out : key === "ArrowLeft" ? into : []);
  return (
    nearest(
      nodes.filter(({ ref }) => wanted.has(ref)),
      from,
    )?.ref ?? null
  );
}

function nearest(nodes: readonly PlacedNode[], { x, y }: PlacedNode): PlacedNode | undefined {
  const distance = (node: PlacedNode) => Math.abs(node.y - y) + Math.abs(node.x - x) / 4;
  return [...nodes].sort((a, b) => distance(a) - distance(b))[0];
}
