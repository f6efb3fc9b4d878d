"use client";

import { Unlink } from "lucide-react";
import { memo } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { KindIcon } from "#components/catalog/kind-icon.tsx";
import { classes } from "#components/ui/classes.ts";
import { type GraphNode, nodeLabel } from "#server/catalog/graph/model.ts";
import { nodeSize, type PlacedNode } from "./layout-graph.ts";

type Props = {
  node: GraphNode;
  place: PlacedNode;
  isCurrent: boolean;
  needs: number;
  neededBy: number;
};

/** One entry on the drawing: a link to its own graph. Of all of them one can be reached with Tab, the others with arrows. */
export const GraphNodeMark = memo(function GraphNodeMark({ node, place, isCurrent, needs, neededBy }: Props) {
  const label = nodeLabel(node);
  const look = classes(
    "absolute flex items-center gap-2 rounded-control border bg-raised px-2 text-table hover:bg-hover",
    node.depth === 0
      ? "border-accent"
      : node.isDangling
        ? "border-warning-line border-dashed"
        : "border-line-strong",
  );
  const style = {
    left: place.x - nodeSize.width / 2,
    top: place.y - nodeSize.height / 2,
    width: nodeSize.width,
    height: nodeSize.height,
  };
  const state = node.isDangling ? ", points to nothing" : node.isFileGone ? ", file is gone" : "";
  const shared = {
    className: look,
    style,
    tabIndex: isCurrent ? 0 : -1,
    "data-node": node.ref,
    "aria-label": `${label}, ${node.kind}${state}, needs ${needs}, needed by ${neededBy}`,
    title: node.ref,
  };
  const inside = (
    <>
      {node.isDangling ? (
        <Unlink aria-hidden size={14} className="shrink-0 text-warning" />
      ) : (
        <KindIcon kind={node.kind} size={14} />
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium leading-4">{label}</span>
        <span className="block truncate text-muted text-small leading-4">
          {node.ownerTitle ?? node.type ?? node.kind}
        </span>
      </span>
    </>
  );
  if (node.isDangling)
    return (
      <button type="button" {...shared} className={`${look} text-left`} aria-disabled="true">
        {inside}
      </button>
    );
  // A plain link: five hundred that fetch ahead would be five hundred requests.
  return (
    <a {...shared} href={entityHref(node.ref, "dependencies")} draggable={false}>
      {inside}
    </a>
  );
});
