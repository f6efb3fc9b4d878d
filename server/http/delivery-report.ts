import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { stageReport } from "#server/delivery/report-file/stage-report.ts";
import { readAsked } from "./delivery-figures.ts";
import type { HttpRoute } from "./route.ts";

/** Facts, rules, figures and hash in one file, for whoever may read the figures; see docs/delivery-reports.md. */
const file = (ending: "jsonl" | "jsonl.gz", type: string): HttpRoute => ({
  method: "GET",
  path: `/api/v1/delivery/report.${ending}`,
  access: "signed in",
  limit: "export",
  handle: async (ctx, request) => {
    const asked = readAsked(AskFigures, request);
    const headers = {
      "content-type": type,
      "content-disposition": `attachment; filename="delivery-report-${ctx.now().toISOString().slice(0, 10)}.${ending}"`,
      "cache-control": "no-store",
    };
    if (request.method === "HEAD") {
      // What is refused is refused here, too.
      await readFigures(ctx, asked);
      return { status: 200, headers, body: null };
    }
    return { status: 200, headers, body: await stageReport(ctx, asked, ending === "jsonl.gz") };
  },
});

export const deliveryReportRoutes: readonly HttpRoute[] = [
  file("jsonl", "application/x-ndjson; charset=utf-8"),
  file("jsonl.gz", "application/gzip"),
];
