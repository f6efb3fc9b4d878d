import {
  type GraphDirection,
  type GraphRelation,
  graphDirections,
  graphLimits,
  graphRelations,
} from "#server/catalog/graph/model.ts";

export const graphViews = ["graph", "table", "breaks", "needs"] as const;
export type GraphView = (typeof graphViews)[number];

/** What the address says about a graph; everything has a default, and what is not known is passed over. */
export type GraphState = {
  view: GraphView;
  direction: GraphDirection;
  depth: number;
  relation: GraphRelation[];
  kind: string[];
};

type Search = Readonly<Record<string, string | string[] | undefined>>;

const list = (value: string | string[] | undefined): string[] =>
  value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value];

const oneOf = <Value extends string>(values: readonly Value[], value: unknown): Value | undefined =>
  values.find((known) => known === value);

/** Who owns what and who is in a team fills a drawing of software, so it is asked for, except around teams and people. */
export function defaultRelations(kind: string): GraphRelation[] {
  return /^(group|user)$/i.test(kind)
    ? [...graphRelations]
    : ["dependsOn", "consumesApi", "providesApi", "partOf"];
}

export function graphState(search: Search, kind: string): GraphState {
  const depth = Number(search.depth);
  const relation = list(search.relation).flatMap((name) => oneOf(graphRelations, name) ?? []);
  return {
    view: oneOf(graphViews, search.view) ?? "graph",
    direction: oneOf(graphDirections, search.direction) ?? "both",
    depth: Number.isInteger(depth) && depth >= 1 && depth <= graphLimits.depth ? depth : 2,
    relation: relation.length > 0 ? relation : defaultRelations(kind),
    kind: list(search.kind)
      .slice(0, 20)
      .map((name) => name.slice(0, 60)),
  };
}

/** The address of a graph in this state. `root` is named where the page is not of one entry. */
export function graphHref(base: string, state: Partial<GraphState>, root?: string): string {
  const params = new URLSearchParams();
  if (root) params.set("root", root);
  if (state.view && state.view !== "graph") params.set("view", state.view);
  if (state.direction && state.direction !== "both") params.set("direction", state.direction);
  if (state.depth && state.depth !== 2) params.set("depth", String(state.depth));
  for (const name of state.relation ?? []) params.append("relation", name);
  for (const name of state.kind ?? []) params.append("kind", name);
  return params.size > 0 ? `${base}?${params}` : base;
}
