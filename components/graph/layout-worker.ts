import { type LayoutQuestion, layoutGraph } from "./layout-graph.ts";

// Without the types of a worker, which would clash with those of a page.
const scope = self as unknown as { onmessage: unknown; postMessage: (message: unknown) => void };

scope.onmessage = ({ data }: MessageEvent<LayoutQuestion>) => scope.postMessage(layoutGraph(data));
