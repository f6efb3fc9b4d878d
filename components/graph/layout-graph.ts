/** What the layout is asked. An edge leads from what needs to what is needed; `root` stands in the middle. */
export type LayoutQuestion = {
  id: number;
  root: string;
  nodes: readonly string[];
  edges: readonly { from: string; to: string }[];
};
export type PlacedNode = { ref: string; x: number; y: number; layer: number };
export type Layout = { id: number; nodes: PlacedNode[]; width: number; height: number };

/** In pixels; the same for all nodes, so that rows and columns align. */
export const nodeSize = { width: 184, height: 40 } as const;
const gap = { row: 12, column: 24, layer: 96 } as const;
/** A longer layer is set in several columns, so that a drawing stays about as high as wide. */
const rowsInColumn = 28;
const sweeps = 16;

/**
 * Layers by the distance from the root, what needs it to the left and what it needs to the right; within a layer by the
 * mean place of the neighbours (the barycentre method of Sugiyama, Tagawa and Toda, 1981). Its time grows with nodes and
 * relations, not with their product: layouts that route every relation took seconds at 500 entries.
 */
export function layoutGraph({ id, root, nodes, edges }: LayoutQuestion): Layout {
  const neighbours = neighboursOf(nodes, edges);
  const layerOf = layersFrom(root, nodes, neighbours);
  const numbers = [...new Set(layerOf.values())].sort((a, b) => a - b);
  const layers = numbers.map((number) => nodes.filter((ref) => layerOf.get(ref) === number));
  reorder(layers, neighbours);
  const placed: PlacedNode[] = [];
  let x = gap.layer / 2;
  for (const [index, layer] of layers.entries()) {
    const columns = Math.max(1, Math.ceil(layer.length / rowsInColumn));
    const rows = Math.ceil(layer.length / columns);
    for (const [place, ref] of layer.entries()) {
      const column = Math.floor(place / rows);
      const inColumn = Math.min(rows, layer.length - column * rows);
      const y = ((place % rows) - (inColumn - 1) / 2) * (nodeSize.height + gap.row);
      placed.push({
        ref,
        x: x + column * (nodeSize.width + gap.column) + nodeSize.width / 2,
        y,
        layer: numbers[index] ?? 0,
      });
    }
    x += columns * (nodeSize.width + gap.column) - gap.column + gap.layer;
  }
  const top = Math.min(0, ...placed.map(({ y }) => y)) - nodeSize.height;
  const bottom = Math.max(0, ...placed.map(({ y }) => y)) + nodeSize.height;
  return {
    id,
    nodes: placed.map((node) => ({ ...node, y: node.y - top })),
    width: x - gap.layer / 2,
    height: bottom - top,
  };
}

type Neighbours = Map<string, { out: string[]; in: string[] }>;

export function neighboursOf(nodes: readonly string[], edges: LayoutQuestion["edges"]): Neighbours {
  const found: Neighbours = new Map(nodes.map((ref) => [ref, { out: [], in: [] }]));
  for (const { from, to } of edges) {
    if (from === to) continue;
    found.get(from)?.out.push(to);
    found.get(to)?.in.push(from);
  }
  return found;
}

/** Breadth first, a step to the right along an edge and one to the left against it; what is not connected stands with the root. */
function layersFrom(root: string, nodes: readonly string[], neighbours: Neighbours): Map<string, number> {
  const layers = new Map<string, number>([[root, 0]]);
  const queue = [root];
  for (let index = 0; index < queue.length; index += 1) {
    const ref = queue[index] ?? "";
    const layer = layers.get(ref) ?? 0;
    const visit = (next: string, step: number) => {
      if (layers.has(next)) return;
      layers.set(next, layer + step);
      queue.push(next);
    };
    for (const next of neighbours.get(ref)?.out ?? []) visit(next, 1);
    for (const next of neighbours.get(ref)?.in ?? []) visit(next, -1);
  }
  for (const ref of nodes) if (!layers.has(ref)) layers.set(ref, 0);
  return layers;
}

/** Each layer is sorted by the mean place of its neighbours, to and fro, until little changes. */
function reorder(layers: string[][], neighbours: Neighbours): void {
  const place = new Map<string, number>();
  const settle = (layer: readonly string[]) => {
    for (const [index, ref] of layer.entries()) place.set(ref, (index + 0.5) / layer.length);
  };
  for (const layer of layers) settle(layer);
  for (let sweep = 0; sweep < sweeps; sweep += 1)
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const mean = new Map(layer.map((ref) => [ref, meanPlace(ref, neighbours, place)]));
      layer.sort((a, b) => (mean.get(a) ?? 0) - (mean.get(b) ?? 0) || (a < b ? -1 : 1));
      settle(layer);
    }
}

function meanPlace(ref: string, neighbours: Neighbours, place: ReadonlyMap<string, number>): number {
  const { out = [], in: into = [] } = neighbours.get(ref) ?? {};
  const places = [...out, ...into].map((next) => place.get(next) ?? 0.5);
  return places.length === 0
    ? (place.get(ref) ?? 0.5)
    : places.reduce((sum, one) => sum + one, 0) / places.length;
}
