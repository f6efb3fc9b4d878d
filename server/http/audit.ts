import { exportEvents } from "#server/audit/export-events.ts";
import { ExportEvents } from "#server/audit/inputs.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import type { HttpAnswer, HttpRequest, HttpRoute } from "./route.ts";

const names = Object.keys(ExportEvents.shape);

async function exportLog(ctx: Ctx, { method, url }: HttpRequest): Promise<HttpAnswer> {
  const unknown = [...url.searchParams.keys()].find((name) => !names.includes(name));
  if (unknown)
    throw invalid(`"${unknown.slice(0, 40)}" is not a filter of the export: ${names.join(", ")}`, unknown);
  const input = ExportEvents.safeParse(Object.fromEntries(url.searchParams));
  if (!input.success) {
    const [issue] = input.error.issues;
    throw invalid(`${issue?.path.join(".")}: ${issue?.message}`, String(issue?.path[0]));
  }
  const day = ctx.now().toISOString().slice(0, 10);
  const headers = {
    "content-type": "application/x-ndjson; charset=utf-8",
    "content-disposition": `attachment; filename="audit-log-${day}.jsonl"`,
    "cache-control": "no-store",
  };
  if (method === "HEAD") return { status: 200, headers, body: null };
  return { status: 200, headers, body: await exportEvents(ctx, input.data) };
}

export const auditRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/v1/audit/events.jsonl",
    access: "role: platform",
    limit: "export",
    handle: exportLog,
  },
];
