import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Notice } from "#components/ui/notice.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Tabs } from "#components/ui/tabs.tsx";
import { type Graph, graphLimits } from "#server/catalog/graph/model.ts";
import { type GraphState, type GraphView, graphHref } from "./graph-address.ts";
import { GraphDrawing } from "./graph-drawing.tsx";
import { GraphFilter } from "./graph-filter.tsx";
import { GraphTable } from "./graph-table.tsx";
import { ImpactList } from "./impact-list.tsx";

type Props = {
  root: string;
  /** The page's address without its search; `named` where the search names the root. */
  base: string;
  isNamed?: boolean;
  state: GraphState;
};

const viewWords: Record<GraphView, string> = {
  graph: "Graph",
  table: "Table",
  breaks: "What breaks if this goes",
  needs: "What this needs",
};

const offeredKinds = ["Component", "API", "Resource", "System", "Domain", "Group", "User"];

/** What is around an entry: drawn, as a table, or followed to the end in one direction. */
export async function GraphPage({ root, base, isNamed, state }: Props) {
  const named = isNamed ? root : undefined;
  const tabs = (Object.keys(viewWords) as GraphView[]).map((view) => ({
    href: graphHref(base, { ...state, view }, named),
    label: viewWords[view],
    isCurrent: view === state.view,
  }));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Tabs label="Ways to look at it" tabs={tabs} />
      {state.view === "breaks" || state.view === "needs" ? (
        <ImpactList root={root} direction={state.view} />
      ) : (
        <Around root={root} base={base} named={named} state={state} />
      )}
    </div>
  );
}

type AroundProps = { root: string; base: string; named: string | undefined; state: GraphState };

async function Around({ root, base, named, state }: AroundProps) {
  const { direction, depth, relation, kind } = state;
  const input = { root, direction, depth, relation, kind };
  const graph = await getQueryClient().fetchQuery(trpc.graph.around.queryOptions(input));
  const csv = new URLSearchParams({ root, direction, depth: String(depth) });
  for (const name of relation) csv.append("relation", name);
  for (const name of kind) csv.append("kind", name);
  return (
    <>
      <GraphFilter base={base} root={named} state={state} kinds={offeredKinds} />
      <p role="status" className="tabular text-muted text-small">
        {countWords(graph)}
      </p>
      {graph.nodes.length < graph.total || graph.isMore ? (
        <Notice tone="info" title={`The nearest ${numberText(graphLimits.nodes)} are shown`}>
          Fewer steps, relations or kinds make the rest fit. What breaks and what is needed is followed to the
          end all the same.
        </Notice>
      ) : null}
      {state.view === "table" ? (
        <GraphTable graph={graph} csvHref={`/api/v1/catalog/graph.csv?${csv}`} />
      ) : (
        <GraphDrawing key={`${root} ${csv}`} graph={graph} />
      )}
    </>
  );
}

function countWords({ total, isMore, edges, nodes }: Graph): string {
  const entries = isMore
    ? `More than ${numberText(nodes.length)} entries`
    : total === 1
      ? "1 entry"
      : `${numberText(total)} entries`;
  const relations = edges.length === 1 ? "1 relation" : `${numberText(edges.length)} relations`;
  return nodes.length < total || isMore
    ? `${entries}, ${numberText(nodes.length)} shown with ${relations}`
    : `${entries}, ${relations}`;
}
