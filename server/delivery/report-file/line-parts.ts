import { type SQL, sql } from "drizzle-orm";
import type { Source } from "#server/delivery/projection/recognise.ts";

/** What a service's lines are made from. */
export type ServiceSubject = {
  id: string;
  source: Source;
  pathGlobs: readonly string[];
  /** A condition on a column with a repository's id. */
  inRepositories: (column: SQL) => SQL;
};

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
