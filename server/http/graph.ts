import { stringify } from "csv-stringify/sync";
import { ReadGraph, ReadImpact } from "#server/catalog/graph/inputs.ts";
import { impactLimit } from "#server/catalog/graph/model.ts";
import { readGraph } from "#server/catalog/graph/read-graph.ts";
import { readImpact } from "#server/catalog/graph/read-impact.ts";
import { invalid } from "#server/core/errors.ts";
import type { HttpAnswer, HttpRoute } from "./route.ts";

type Cell = string | number | null;

/** Lines as RFC 4180 wants them; texts that a spreadsheet would run as a formula get a quote before them. */
function csv(name: string, rows: Cell[][]): HttpAnswer {
  return {
    status: 200,
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="${name}.csv"`,
    },
    body: stringify(rows, { record_delimiter: "windows", escape_formulas: true }),
  };
}

function given(url: URL, lists: readonly string[]): Record<string, string | string[]> {
  const names = [...new Set(url.searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => [
      name,
      lists.includes(name) ? url.searchParams.getAll(name) : (url.searchParams.get(name) ?? ""),
    ]),
  );
}

function refuse(issues: readonly { path: PropertyKey[]; message: string }[]): never {
  const [issue] = issues;
  const field = String(issue?.path[0] ?? "");
  throw invalid(`${field}: ${issue?.message ?? "is not readable"}`, field);
}

/** The table beside the graph, and the list of what breaks or is needed, with the same limits as the page. */
export const graphRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/v1/catalog/graph.csv",
    access: "signed in",
    limit: "export",
    handle: async (ctx, { url }) => {
      const input = ReadGraph.safeParse(given(url, ["relation", "kind"]));
      if (!input.success) return refuse(input.error.issues);
      const { edges } = await readGraph(ctx, input.data);
      return csv("graph", [
        ["from", "relation", "to"],
        ...edges.map(({ from, type, to }) => [from, type, to]),
      ]);
    },
  },
  {
    method: "GET",
    path: "/api/v1/catalog/impact.csv",
    access: "signed in",
    limit: "export",
    handle: async (ctx, { url }) => {
      const input = ReadImpact.safeParse(given(url, []));
      if (!input.success) return refuse(input.error.issues);
      const { items } = await readImpact(ctx, input.data, impactLimit);
      return csv(input.data.direction, [
        ["ref", "kind", "title", "owner", "steps", "path"],
        ...items.map((item) => [
          item.ref,
          item.kind,
          item.title,
          item.ownerRef,
          item.depth,
          item.path.join(" → "),
        ]),
      ]);
    },
  },
];
