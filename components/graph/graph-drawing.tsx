"use client";

import { Maximize, Minus, Plus } from "lucide-react";
import {
  Fragment,
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Button } from "#components/ui/button.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { type Graph, nodeLabel } from "#server/catalog/graph/model.ts";
import { drawEdges, type LineKind, lineWords, orient } from "./draw-edges.ts";
import { GraphNodeMark } from "./graph-node.tsx";
import { neighboursOf } from "./layout-graph.ts";
import { nextNode } from "./next-node.ts";
import { useLayout } from "./use-layout.ts";

const scales = { least: 0.2, readable: 0.7, most: 2, step: 1.25 } as const;
const lineKinds: readonly LineKind[] = ["dependency", "api", "structure"];
const dashes: Record<LineKind, string | undefined> = { dependency: undefined, api: "6 3", structure: "2 3" };

/**
 * A graph to move about in: the window scrolls as any does (touch, wheel, keys), a press on the ground and a drag moves
 * it, and nodes are links among which arrow keys go along the relations.
 */
export function GraphDrawing({ graph }: { graph: Graph }) {
  const refs = useMemo(() => graph.nodes.map(({ ref }) => ref), [graph]);
  const edges = useMemo(() => graph.edges.map(orient), [graph]);
  const layout = useLayout({ root: graph.root, nodes: refs, edges });
  const [active, setActive] = useState(graph.root);
  const [scale, setScale] = useState(1);
  const frame = useRef<HTMLElement>(null);
  const hint = useId();
  const neighbours = useMemo(() => neighboursOf(refs, edges), [refs, edges]);
  const places = useMemo(() => new Map(layout?.nodes.map((node) => [node.ref, node])), [layout]);
  const isPlaced = refs.every((ref) => places.has(ref));
  const zoom = useCallback(
    (factor: number) => setScale((old) => Math.min(scales.most, Math.max(scales.least, old * factor))),
    [],
  );
  const fitWindow = useCallback(() => {
    const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {};
    if (layout)
      setScale(
        Math.min(
          1,
          Math.max(scales.least, Math.min(clientWidth / layout.width, clientHeight / layout.height)),
        ),
      );
  }, [layout]);
  useFirstScale(frame, layout, setScale);
  useCentred(frame, places.get(graph.root), layout === null ? 0 : scale);
  useWheel(frame, zoom);
  const focusNode = (ref: string) =>
    frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(ref)}"]`)?.focus();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "+" || event.key === "=") zoom(scales.step);
    else if (event.key === "-") zoom(1 / scales.step);
    else if (event.key === "0") fitWindow();
    else if (event.key === "Home") focusNode(graph.root);
    else {
      const from = places.get((event.target as HTMLElement).dataset.node ?? "");
      const next = from && layout ? nextNode(event.key, from, layout.nodes, neighbours) : null;
      if (!next) return;
      focusNode(next);
    }
    event.preventDefault();
  };
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="small"
          label="Zoom in"
          icon={<Plus aria-hidden size={14} />}
          onClick={() => zoom(scales.step)}
        />
        <Button
          size="small"
          label="Zoom out"
          icon={<Minus aria-hidden size={14} />}
          onClick={() => zoom(1 / scales.step)}
        />
        <Button
          size="small"
          label="Fit into the window"
          icon={<Maximize aria-hidden size={14} />}
          onClick={fitWindow}
        />
        <Legend />
      </div>
      <p id={hint} className="text-muted text-small max-sm:hidden">
        Arrow keys go from entry to entry along the relations: right to what it needs, left to what needs it.
        Enter opens one, + and − zoom.
      </p>
      <section
        ref={frame}
        aria-label="Graph"
        aria-describedby={hint}
        aria-busy={!isPlaced}
        style={{ height: layout ? `clamp(20rem, ${layout.height + 2}px, 70dvh)` : "70dvh" }}
        className="relative cursor-grab overflow-auto rounded-panel border border-line bg-sunken active:cursor-grabbing"
        onKeyDown={onKeyDown}
        onPointerDown={startDragging}
        onFocus={(event) => setActive((event.target as HTMLElement).dataset.node ?? active)}
      >
        {layout && isPlaced ? (
          <div
            style={{ width: layout.width * scale, height: layout.height * scale }}
            className="min-h-full min-w-full"
          >
            <div
              className="relative origin-top-left"
              style={{ width: layout.width, height: layout.height, transform: `scale(${scale})` }}
            >
              <Edges graph={graph} places={places} width={layout.width} height={layout.height} />
              <NearEdges
                graph={graph}
                places={places}
                active={active}
                width={layout.width}
                height={layout.height}
              />
              {graph.nodes.map((node) => {
                const place = places.get(node.ref);
                const { out = [], in: into = [] } = neighbours.get(node.ref) ?? {};
                return place ? (
                  <GraphNodeMark
                    key={node.ref}
                    node={node}
                    place={place}
                    isCurrent={node.ref === active}
                    needs={out.length}
                    neededBy={into.length}
                  />
                ) : null;
              })}
            </div>
          </div>
        ) : (
          <Skeleton className="h-full w-full" />
        )}
      </section>
      <p role="status" className="sr-only">
        {isPlaced
          ? `The graph around ${nodeLabel(graph.nodes[0] ?? { title: null, name: graph.root })} is drawn`
          : "The graph is being drawn"}
      </p>
    </div>
  );
}

function Legend() {
  return (
    <ul aria-label="Lines" className="flex flex-wrap gap-x-4 text-muted text-small">
      {lineKinds.map((kind) => (
        <li key={kind} className="flex items-center gap-1.5">
          <svg aria-hidden="true" width="24" height="8">
            <path d="M0 4H24" className="stroke-muted" strokeDasharray={dashes[kind]} />
          </svg>
          {lineWords[kind]}
        </li>
      ))}
    </ul>
  );
}

type EdgesProps = {
  graph: Graph;
  places: Parameters<typeof drawEdges>[1];
  width: number;
  height: number;
};

/** Lines that nobody points at; drawn once, and left alone while one moves about. */
const Edges = memo(function Edges({ graph, places, width, height }: EdgesProps) {
  return (
    <svg aria-hidden="true" className={ground} width={width} height={height} fill="none">
      {drawEdges(graph.edges, places).map(({ key, line, head, kind }) => (
        <Fragment key={key}>
          <path d={line} className="stroke-line-control" strokeDasharray={dashes[kind]} strokeOpacity={0.7} />
          <path d={head} className="fill-line-control" />
        </Fragment>
      ))}
    </svg>
  );
});

/** Those of the entry where one is, above the others. */
function NearEdges({ graph, places, active, width, height }: EdgesProps & { active: string }) {
  const near = graph.edges.filter(({ from, to }) => from === active || to === active);
  return (
    <svg aria-hidden="true" className={ground} width={width} height={height} fill="none">
      {drawEdges(near, places).map(({ key, line, head }) => (
        <Fragment key={key}>
          <path d={line} className="stroke-fg" strokeWidth={1.5} />
          <path d={head} className="fill-fg" />
        </Fragment>
      ))}
    </svg>
  );
}

const ground = "pointer-events-none absolute inset-0";

/** A graph that is a little too wide is made to fit when it comes; one much wider stays as large as can be read. */
function useFirstScale(
  frame: { current: HTMLElement | null },
  layout: { width: number } | null,
  setScale: (scale: number) => void,
): void {
  useLayoutEffect(() => {
    if (!layout || !frame.current) return;
    const fitting = frame.current.clientWidth / layout.width;
    setScale(fitting < 1 && fitting >= scales.readable ? fitting : 1);
  }, [frame, layout, setScale]);
}

/** Brings the root into the middle when the drawing comes, and not again while somebody moves about in it. */
function useCentred(
  frame: { current: HTMLElement | null },
  root: { x: number; y: number } | undefined,
  scale: number,
): void {
  const key = root ? `${root.x} ${root.y}` : "";
  const done = useRef("");
  useLayoutEffect(() => {
    if (!root || !frame.current || scale === 0 || done.current === key) return;
    done.current = key;
    const { clientWidth, clientHeight } = frame.current;
    frame.current.scrollTo(root.x * scale - clientWidth / 2, root.y * scale - clientHeight / 2);
  }, [frame, root, scale, key]);
}

/** The wheel zooms with Ctrl, as two fingers do; alone it scrolls. React's own listener could not keep the page from zooming. */
function useWheel(frame: { current: HTMLElement | null }, zoom: (factor: number) => void): void {
  useEffect(() => {
    const element = frame.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [frame, zoom]);
}

/** A mouse drags the ground; fingers scroll by themselves. */
function startDragging(event: PointerEvent<HTMLElement>): void {
  const element = event.currentTarget;
  if (
    event.pointerType !== "mouse" ||
    event.button !== 0 ||
    (event.target as HTMLElement).closest("[data-node]")
  )
    return;
  const start = { x: event.clientX + element.scrollLeft, y: event.clientY + element.scrollTop };
  const move = (next: globalThis.PointerEvent) =>
    element.scrollTo(start.x - next.clientX, start.y - next.clientY);
  const stop = () => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", stop);
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", stop);
}
