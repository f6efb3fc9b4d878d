import type { z } from "zod";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { AskDistribution, AskEvidence, AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { csvLines } from "./csv-lines.ts";
import {
  distributionRows,
  evidenceRows,
  figureRows,
  type Rows,
  serviceRows,
  weekRows,
} from "./delivery-figures-csv.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, json } from "./route.ts";

/**
 * What stands in the address: `scope` (service, team, system, organisation) with `ref`, `days` or `from` and `to`,
 * `exclusions`, `bots` (true or false), `ownership` (now or then); of some also `metric` and `part`.
 */
export function readAsked<Schema extends z.ZodType>(schema: Schema, { url }: HttpRequest): z.infer<Schema> {
  const { scope, ref, exclusions, bots, ...rest } = Object.fromEntries(url.searchParams);
  const asked = {
    ...rest,
    scope: { kind: scope ?? "organisation", ...(ref === undefined ? {} : { ref }) },
    ...(exclusions === undefined ? {} : { exclusions: flag("exclusions", exclusions) }),
    ...(bots === undefined ? {} : { bots: flag("bots", bots) }),
  };
  const parsed = schema.safeParse(asked);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") || "scope";
  throw invalid(`${field}: ${issue?.message ?? "is not known"}`, field);
}

function flag(name: string, text: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw invalid(`${name}: write true or false`, name);
}

/** A chart or a list as a file. */
const file = (name: string, rowsOf: (ctx: Ctx, request: HttpRequest) => Rows): HttpRoute => ({
  method: "GET",
  path: `/api/v1/delivery/${name}.csv`,
  access: "signed in",
  limit: "expensiveRead",
  handle: async (ctx, request): Promise<HttpAnswer> => {
    const rows = rowsOf(ctx, request);
    // The first line is asked for at once: what is refused is refused before the answer begins.
    const first = await rows.next();
    return {
      status: 200,
      headers: {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": `attachment; filename="delivery-${name}-${ctx.now().toISOString().slice(0, 10)}.csv"`,
      },
      body: csvLines(first.done ? [] : first.value, rows),
    };
  },
});

export const deliveryFigureRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/v1/delivery/figures",
    access: "signed in",
    limit: "expensiveRead",
    handle: async (ctx, request) => json(200, await readFigures(ctx, readAsked(AskFigures, request))),
  },
  file("figures", (ctx, request) => figureRows(ctx, readAsked(AskFigures, request))),
  file("weeks", (ctx, request) => weekRows(ctx, readAsked(AskFigures, request))),
  file("distribution", (ctx, request) => distributionRows(ctx, readAsked(AskDistribution, request))),
  file("evidence", (ctx, request) => evidenceRows(ctx, readAsked(AskEvidence, request))),
  file("services", (ctx, request) => serviceRows(ctx, readAsked(AskFigures, request))),
];
