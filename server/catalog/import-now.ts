import { sql } from "drizzle-orm";
import { importLocation } from "./import-location.ts";
import { parseAddress } from "./location-address.ts";
import type { ImportCounts, Severity } from "./model.ts";
import { ensureLocation } from "./register-location.ts";
import { removeLocation } from "./remove-location.ts";
import type { ImportTools } from "./run-import.ts";

type ReportedProblem = {
  file: string | null;
  ref: string | null;
  message: string;
  line: number | null;
  column: number | null;
  path: string | null;
  severity: Severity;
};

export type ImportReport = {
  /** How many locations were imported. */
  locations: number;
  entities: ImportCounts;
  /** What these locations have in the catalogue now. */
  byKind: Record<string, number>;
  problems: ReportedProblem[];
  /** What was passed over on purpose. */
  notes: string[];
};

/**
 * Imports locations in this process, one after the other, registering those that are new: for the command line.
 * Throws a DomainError at the first that cannot be read; what was imported before it stays.
 */
export async function importNow(tools: ImportTools, targets: readonly string[]): Promise<ImportReport> {
  const ids: string[] = [];
  const entities: ImportCounts = { added: 0, changed: 0, unchanged: 0, removed: 0 };
  for (const text of targets) {
    const { type, target } = parseAddress(text);
    const { id, isNew } = await ensureLocation(tools.ctx, { type, target, isDemo: false });
    const counts = await importLocation(tools, { locationId: id }).catch(async (error: unknown) => {
      // A mistyped address is not to stay among the locations.
      if (isNew) await removeLocation(tools.ctx, { id });
      throw error;
    });
    for (const key of ["added", "changed", "unchanged", "removed"] as const) entities[key] += counts[key];
    ids.push(id);
  }
  const mine = sql`location_id in (select json_array_elements_text(${JSON.stringify(ids)}::json)::uuid)`;
  const kinds = await tools.ctx.db.execute<{ kind: string; count: number }>(
    sql`select kind, count(*)::int as count from entities where ${mine} group by kind order by kind`,
  );
  const problems = await tools.ctx.db.execute<ReportedProblem>(
    sql`select file, ref, message, line, "column", path, severity from entity_problems where ${mine} order by id`,
  );
  const isNote = (problem: ReportedProblem) => problem.severity === "info" && problem.ref === null;
  return {
    locations: ids.length,
    entities,
    byKind: Object.fromEntries(kinds.map(({ kind, count }) => [kind, count])),
    problems: problems.filter((problem) => !isNote(problem)),
    notes: problems.filter(isNote).map(({ message }) => message),
  };
}
