import { stringify } from "csv-stringify/sync";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { FilterShadow } from "#server/shadow/inputs.ts";
import { type ShadowEntity, verdictWords } from "#server/shadow/model.ts";
import { streamShadowEntities } from "#server/shadow/reads/entities.ts";
import type { HttpAnswer, HttpRequest, HttpRoute } from "./route.ts";

const head = [
  "ref",
  "kind",
  "verdict",
  "fields that differ",
  "relations missing here",
  "relations only here",
];

const relations = ({ relations: all }: ShadowEntity, side: "missing" | "extra") =>
  all
    .filter((relation) => relation.side === side)
    .map(({ type, targetRef }) => `${type} ${targetRef}`)
    .join("; ");

/** Texts that a spreadsheet would run as a formula get a quote before them. */
const csv = (rows: string[][]) => stringify(rows, { record_delimiter: "windows", escape_formulas: true });

async function* lines(ctx: Ctx, filter: FilterShadow): AsyncGenerator<string> {
  yield csv([head]);
  for await (const items of streamShadowEntities(ctx, filter))
    yield csv(
      items.map((item) => [
        item.ref,
        item.kind,
        verdictWords[item.verdict],
        item.fields.map(({ path }) => path).join("; "),
        relations(item, "missing"),
        relations(item, "extra"),
      ]),
    );
}

/** What the comparison with Backstage found, as CSV, under the filter of the page. */
async function shadowCsv(ctx: Ctx, { url }: HttpRequest): Promise<HttpAnswer> {
  const filter = FilterShadow.safeParse(Object.fromEntries(url.searchParams));
  if (!filter.success) {
    const [issue] = filter.error.issues;
    throw invalid(`${issue?.path.join(".")}: ${issue?.message}`, String(issue?.path[0] ?? "verdict"));
  }
  const day = ctx.now().toISOString().slice(0, 10);
  return {
    status: 200,
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="backstage-comparison-${day}.csv"`,
    },
    body: lines(ctx, filter.data),
  };
}

export const shadowRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/v1/shadow/entities.csv",
    access: "role: platform",
    limit: "export",
    handle: shadowCsv,
  },
];
