import { stringify } from "csv-stringify/sync";
import type { EntityFilter } from "#server/catalog/inputs.ts";
import type { EntityListItem } from "#server/catalog/model.ts";
import { streamEntities } from "#server/catalog/reads/entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { readFilter } from "./catalog-export.ts";
import type { HttpAnswer, HttpRequest } from "./route.ts";

const columns: readonly [string, (item: EntityListItem) => string | number | null][] = [
  ["ref", (item) => item.ref],
  ["kind", (item) => item.kind],
  ["name", (item) => item.name],
  ["title", (item) => item.title],
  ["type", (item) => item.type],
  ["lifecycle", (item) => item.lifecycle],
  ["owner", (item) => item.ownerRef],
  ["system", (item) => item.systemRef],
  ["tags", (item) => item.tags.join(" ")],
  ["problems", (item) => item.problemCount],
  ["file gone since", (item) => item.fileGoneAt?.toISOString() ?? null],
  ["updated", (item) => item.updatedAt.toISOString()],
  ["description", (item) => item.description],
];

/** Lines as RFC 4180 wants them; texts that a spreadsheet would run as a formula get a quote before them. */
const csv = (rows: (string | number | null)[][]) =>
  stringify(rows, { record_delimiter: "windows", escape_formulas: true });

async function* lines(ctx: Ctx, filter: EntityFilter) {
  yield csv([columns.map(([name]) => name)]);
  for await (const items of streamEntities(ctx, filter))
    if (items.length > 0) yield csv(items.map((item) => columns.map(([, read]) => read(item))));
}

/** The filtered catalogue as CSV, in the order of names; the same parameters as the page's. */
export async function entitiesCsv(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const filter = readFilter(request);
  const day = ctx.now().toISOString().slice(0, 10);
  return {
    status: 200,
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="catalogue-${day}.csv"`,
    },
    body: lines(ctx, filter),
  };
}
