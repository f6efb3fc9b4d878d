import { type SQL, sql } from "drizzle-orm";
import type { Source } from "#server/delivery/projection/recognise.ts";

/** What a service's lines are made from. */
export type ServiceSubject = {
  id: string;
  source: Source;
  pathGlobs: readonly string[];
  repositoryIds: readonly string[];
  /** The line that it begins with. */
  line: object;
};

/** Services as rows of a query, named `s`, each with its place `n` among them: rows say by it whose they are. */
export function subjectRows(subjects: readonly ServiceSubject[]): SQL {
  const rows = subjects.map(({ id, source, pathGlobs, repositoryIds }, n) => ({
    ...{ n, id, source, has_paths: pathGlobs.length > 0, repositories: repositoryIds },
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
    as s(n int, id uuid, source text, has_paths boolean, repositories text[])`;
}

/** A service that stands alone is read in pages; of several together, all is. */
export const pageOf = (subjects: readonly ServiceSubject[], rows: number): SQL =>
  subjects.length === 1 ? sql`limit ${rows}` : sql``;

/** Lines of each service, by its place. */
export type LinesByPlace = object[][];

export function byPlace<Row extends { n: number }>(
  subjects: readonly ServiceSubject[],
  rows: readonly Row[],
): Row[][] {
  const found: Row[][] = subjects.map(() => []);
  for (const row of rows) found[row.n]?.push(row);
  return found;
}

/** A moment to the microsecond, as what is halfway decides on them. */
export const exactly = (column: SQL): SQL =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Leaves out what is null, false or empty: millions of lines carry little of it. */
export const sparse = (row: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(row).filter(
      ([, value]) =>
        value !== null &&
        value !== undefined &&
        value !== false &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
