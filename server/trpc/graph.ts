import { ReadGraph, ReadImpact } from "#server/catalog/graph/inputs.ts";
import { readGraph } from "#server/catalog/graph/read-graph.ts";
import { readImpact } from "#server/catalog/graph/read-impact.ts";
import { router, signedIn } from "./init.ts";

export const graph = router({
  around: signedIn.input(ReadGraph).query(({ ctx, input }) => readGraph(ctx, input)),
  impact: signedIn.input(ReadImpact).query(({ ctx, input }) => readImpact(ctx, input)),
});
