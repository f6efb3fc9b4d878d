import { type GraphEdge, type GraphRelation, needsRelation } from "#server/catalog/graph/model.ts";
import { nodeSize, type PlacedNode } from "./layout-graph.ts";

/** An edge from what needs to what is needed: an API needs who provides it, a system its parts. */
export function orient({ from, to, type }: GraphEdge): { from: string; to: string } {
  return needsRelation[type].needs === type ? { from, to } : { from: to, to: from };
}

/** How a relation is drawn: what breaks, what is called, and how things are filed are told apart by their line. */
export type LineKind = "dependency" | "api" | "structure";
const lineOf = (type: GraphRelation): LineKind =>
  type === "dependsOn"
    ? "dependency"
    : type === "consumesApi" || type === "providesApi"
      ? "api"
      : "structure";

export const lineWords: Readonly<Record<LineKind, string>> = {
  dependency: "depends on",
  api: "through an API",
  structure: "part of, owner or team",
};

type Places = ReadonlyMap<string, PlacedNode>;
const round = (value: number) => Math.round(value * 10) / 10;

export type DrawnEdge = { key: string; line: string; head: string; kind: LineKind };

/**
 * Each edge as a curve and a head. One element for each: a browser passes over those outside of the part that it paints,
 * while one path with all of them would be worked through for every part (that took half a second a step at 500 entries).
 */
export function drawEdges(edges: readonly GraphEdge[], places: Places): DrawnEdge[] {
  return edges.flatMap((edge) => {
    const { from, to } = orient(edge);
    const [source, target] = [places.get(from), places.get(to)];
    if (!source || !target || source === target) return [];
    return [{ key: `${from} ${edge.type} ${to}`, kind: lineOf(edge.type), ...drawEdge(source, target) }];
  });
}

function drawEdge(source: PlacedNode, target: PlacedNode): { line: string; head: string } {
  const isForward = target.x > source.x;
  const isBeside = target.x === source.x;
  const half = nodeSize.width / 2;
  const [startX, endX] = isBeside
    ? [source.x + half, target.x + half]
    : isForward
      ? [source.x + half, target.x - half]
      : [source.x - half, target.x + half];
  const bend = isBeside ? 40 : Math.max(30, Math.abs(endX - startX) / 2);
  const side = isBeside || isForward ? 1 : -1;
  const end = isBeside ? 1 : -side;
  const curve = [startX + side * bend, source.y, endX + end * bend, target.y, endX, target.y].map(round);
  return {
    line: `M${round(startX)} ${round(source.y)}C${curve.join(" ")}`,
    head: `M${round(endX)} ${round(target.y)}l${end * 7} -4v8z`,
  };
}
