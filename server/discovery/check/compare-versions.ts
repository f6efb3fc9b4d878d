import { fieldChanges } from "#server/catalog/history/field-changes.ts";
import type { PreparedEntry } from "#server/catalog/prepare-entry.ts";
import type { CheckResult, Finding } from "./model.ts";
import type { Version } from "./read-versions.ts";

export type Difference = Pick<
  CheckResult,
  "added" | "changed" | "renamed" | "removed" | "errors" | "warnings"
>;

/** What the head has that the base has not, and the other way round. Problems count where the base had them not. */
export function compareVersions(base: Version, head: Version): Difference {
  const added = [...head.entries.values()].filter(({ ref }) => !base.entries.has(ref));
  const left = [...base.entries.values()].filter(
    ({ ref, file }) => !head.entries.has(ref) && !head.brokenFiles.has(file),
  );
  const renamed = findRenamed(added, left);
  const from = new Set(renamed.map((pair) => pair.from));
  const to = new Set(renamed.map((pair) => pair.to));
  return {
    added: added.filter(({ ref }) => !to.has(ref)).map(({ ref, file, line }) => ({ ref, file, line })),
    changed: changedEntries(base, head),
    renamed,
    removed: left.filter(({ ref }) => !from.has(ref)).map(({ ref, file }) => ({ ref, file })),
    errors: newFindings(base, head, "error"),
    warnings: newFindings(base, head, "warning"),
  };
}

/** As an import sees it: one entry left a file, and one of the same kind came in its place. */
function findRenamed(
  added: readonly PreparedEntry[],
  left: readonly PreparedEntry[],
): CheckResult["renamed"] {
  const placeOf = ({ ref, file }: PreparedEntry) => `${ref.slice(0, ref.indexOf(":"))} ${file}`;
  const came = Map.groupBy(added, placeOf);
  return [...Map.groupBy(left, placeOf)].flatMap(([place, [from, ...others]]) => {
    const [to, ...more] = came.get(place) ?? [];
    return from && to && others.length + more.length === 0
      ? [{ from: from.ref, to: to.ref, file: to.file }]
      : [];
  });
}

function changedEntries(base: Version, head: Version): CheckResult["changed"] {
  return [...head.entries.values()].flatMap((entry) => {
    const before = base.entries.get(entry.ref);
    if (!before) return [];
    const fields = fieldChanges(documentOf(before), documentOf(entry));
    return fields.length > 0 ? [{ ref: entry.ref, file: entry.file, fields }] : [];
  });
}

const documentOf = ({ headRest }: PreparedEntry) =>
  JSON.parse(`{"metadata":{${headRest}}`) as Record<string, unknown>;

function newFindings(base: Version, head: Version, severity: "error" | "warning"): Finding[] {
  const keyOf = ({ ref, file, message }: Finding) => `${ref}\0${file}\0${message}`;
  const known = new Set(base.problems.map(keyOf));
  return head.problems
    .filter((problem) => problem.severity === severity && !known.has(keyOf(problem)))
    .map(({ ref, file, line, message }) => ({ ref, file, line, message }));
}
