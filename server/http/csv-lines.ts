import { stringify } from "csv-stringify/sync";

export type CsvRow = readonly (string | number | boolean | null)[];

/** Lines as RFC 4180 wants them; texts that a spreadsheet would run as a formula get a quote before them. */
const csv = (rows: readonly CsvRow[]) =>
  stringify(rows as unknown[][], {
    record_delimiter: "windows",
    escape_formulas: true,
    cast: { boolean: (value) => (value ? "true" : "false") },
  });

/** Lines that were read already, and then the others as they come. */
export async function* csvLines(
  first: readonly CsvRow[],
  rest: AsyncIterable<readonly CsvRow[]>,
): AsyncGenerator<string> {
  if (first.length > 0) yield csv(first);
  for await (const rows of rest) if (rows.length > 0) yield csv(rows);
}
