/** Where something stands at the head of the branch. */
export type Finding = { ref: string | null; file: string | null; line: number | null; message: string };

export type ChangedEntry = {
  ref: string;
  file: string;
  fields: { at: string; from: string | null; to: string | null }[];
};

export type BrokenReference = {
  /** The entry that names something which will not be there, and what it names. */
  ref: string;
  target: string;
  /** Of an entry of this repository, where; null for entries that others have. */
  file: string | null;
  line: number | null;
  ownerRef: string | null;
  /** The entry that is perhaps meant. */
  suggestion: string | null;
};

/** Entries that rest on what changes, by who owns them; the owner is null where none is named. */
export type Affected = { ownerRef: string | null; refs: string[] };

/** What a branch does to the catalogue, compared with where it left the other one. References in lower case. */
export type CheckResult = {
  added: { ref: string; file: string; line: number }[];
  changed: ChangedEntry[];
  renamed: { from: string; to: string; file: string }[];
  /** Their files no longer hold them: they stay in the catalogue, marked as gone, until somebody removes them. */
  removed: { ref: string; file: string }[];
  errors: Finding[];
  warnings: Finding[];
  broken: BrokenReference[];
  affected: Affected[];
};

export type Conclusion = "success" | "neutral" | "failure";

/** Errors fail; what may be meant is for people to judge. */
export function conclusionOf({ errors, warnings, broken }: CheckResult): Conclusion {
  if (errors.length > 0) return "failure";
  return warnings.length + broken.length > 0 ? "neutral" : "success";
}

/**
 * What anybody may know who can read the repository. Whether a name is in the catalogue is told of nothing that lies
 * elsewhere: else a stranger could ask for names by proposing entries that mention them, and read it off the answer, its
 * count or its conclusion. What goes with the change itself is told.
 */
export function withoutOthers(result: CheckResult): CheckResult {
  const leaving = new Set([
    ...result.removed.map(({ ref }) => ref),
    ...result.renamed.map(({ from }) => from),
  ]);
  return { ...result, broken: result.broken.filter(({ target }) => leaving.has(target)) };
}

export const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** The result in a line: "1 added, 2 changed, 1 broken reference". */
export function summaryOf(result: CheckResult): string {
  const parts = [
    [result.added.length, "added", "added"],
    [result.changed.length, "changed", "changed"],
    [result.renamed.length, "renamed", "renamed"],
    [result.removed.length, "removed", "removed"],
    [result.errors.length, "error", "errors"],
    [result.broken.length, "broken reference", "broken references"],
    [result.warnings.length, "warning", "warnings"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, one, many]) => counted(count, one, many));
  return told.length > 0 ? told.join(", ") : "No entry changes";
}

export type CheckState = "waiting" | "done" | "failed" | "outdated";

export type CheckItem = {
  id: string;
  repository: string;
  repositoryUrl: string;
  /** Null for a push to a branch without one. */
  pullRequest: number | null;
  branch: string;
  headSha: string;
  state: CheckState;
  conclusion: Conclusion | null;
  summary: string | null;
  /** Why it could not be done, or why the host was told nothing of it. */
  failure: string | null;
  untold: string | null;
  createdAt: Date;
  finishedAt: Date | null;
};
export type CheckDetail = CheckItem & { result: CheckResult | null };
