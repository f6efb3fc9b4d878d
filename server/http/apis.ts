import { ApiRef, CompareVersions } from "#server/apis/inputs.ts";
import { apiLimits } from "#server/apis/model.ts";
import { readComparison } from "#server/apis/reads/comparison.ts";
import { readText, readVersions } from "#server/apis/reads/definition.ts";
import { formatRef } from "#server/catalog/entity-ref.ts";
import { invalid } from "#server/core/errors.ts";
import { type HttpRequest, type HttpRoute, json } from "./route.ts";

const base = "/api/v1/apis/:kind/:namespace/:name";

function refOf({ params }: HttpRequest): string {
  const { kind = "", namespace = "", name = "" } = params;
  return formatRef({ kind, namespace, name });
}

/** Shapes of what stands in an address, told in our words. */
function read<Output>(
  schema: {
    safeParse: (value: unknown) => {
      success: boolean;
      data?: Output;
      error?: { issues: { path: PropertyKey[]; message: string }[] };
    };
  },
  value: unknown,
): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success && parsed.data !== undefined) return parsed.data;
  const issue = parsed.error?.issues[0];
  const field = String(issue?.path[0] ?? "");
  throw invalid(`${field}: ${issue?.message ?? "is missing"}`, field);
}

/** Versions of an API's definition, what changed between two of them, and the text of one. */
export const apiRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: `${base}/versions`,
    access: "signed in",
    handle: async (ctx, request) => json(200, { items: await readVersions(ctx, { ref: refOf(request) }) }),
  },
  {
    method: "GET",
    path: `${base}/diff`,
    access: "signed in",
    handle: async (ctx, request) => {
      const { searchParams } = request.url;
      const asked = { ref: refOf(request), from: searchParams.get("from"), to: searchParams.get("to") };
      return json(200, await readComparison(ctx, read(CompareVersions, asked)));
    },
  },
  {
    method: "GET",
    path: `${base}/definition`,
    access: "signed in",
    limit: "export",
    handle: async (ctx, request) => {
      const number = request.url.searchParams.get("version") ?? undefined;
      const { text } = await readText(
        ctx,
        read(ApiRef, { ref: refOf(request), number }),
        apiLimits.textLength,
      );
      // A file to save: whatever it holds is never run or shown as a page.
      const headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": 'attachment; filename="definition.txt"',
      };
      return { status: 200, headers, body: text };
    },
  },
];
