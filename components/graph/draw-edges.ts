import { type GraphEdge, type GraphRelation, needsRelation } from "#server/catalog/graph/model.ts";
import { nodeSize, type PlacedNode } from "./layout-graph.ts";

/** An edge from what needs to what is needed: an API needs who provides it, a system its parts. */
export function orient({ from, to, type }: GraphEdge): { from: string; to: string } {
  return needsRelation[type].needs === type ? { from, to } : { from: to, to: from };
}

/** How a relation is drawn: what breaks, what is called, and how things are filed are told apart by their line. */
export type LineKind = "dependency" | "api" | "structure";
export const lineOf = (type: GraphRelation): LineKind =>
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

/** All edges as one path, and their heads as another: five hundred entries then cost the browser a few elements. */
export function drawEdges(edges: readonly GraphEdge[], places: Places): { lines: string; heads: string } {
  const lines: string[] = [];
  const heads: string[] = [];
  for (const edge of edges) {
    const { from, to } = orient(edge);
    const [source, target] = [places.get(from), places.get(to)];
    if (!source || !target || source === target) continue;
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
    const path = [
      startX,
      source.y,
      startX + side * bend,
      source.y,
      endX + end * bend,
      target.y,
      endX,
      target.y,
    ].map(round);
    lines.push(`M${path[0]} ${path[1]}C${path.slice(2).join(" ")}`);
    heads.push(`M${round(endX)} ${round(target.y)}l${end * 7} -4v8z`);
  }
  return { lines: lines.join(""), heads: heads.join("") };
}
