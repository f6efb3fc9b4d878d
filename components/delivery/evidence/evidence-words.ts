import { durationText } from "#components/delivery/figures/figure-words.ts";
import { countText } from "#components/ui/number-text.ts";
import type { EvidenceChange } from "#server/delivery/decisions/model.ts";
import type { EvidenceRow } from "#server/delivery/figures/evidence-page.ts";

/** What a deployment did, in a few words. */
export function kindWords(
  row: Pick<EvidenceRow, "outcome" | "kind" | "attribution" | "changeCount">,
): string {
  if (row.outcome === "failure") return "Failed rollout";
  if (row.outcome === "pending") return "Under way";
  if (row.kind === "baseline") return "First known deployment";
  if (row.kind === "redeploy") return "The same version again";
  if (row.kind === "rollback") return "Rollback";
  if (row.kind === "unknown" || row.attribution !== "complete") return "Changes not known";
  return countText(row.changeCount, "change");
}

const startWords: Record<EvidenceChange["startedBy"], string> = {
  commit: "its commit",
  pull_request_commit: "the first commit of its pull request",
  pull_request_opened: "the opening of its pull request, as its commits are not known",
};

/** "19 h, from the first commit of its pull request" */
export function leadWords(change: Pick<EvidenceChange, "leadSeconds" | "startedBy" | "wasClamped">): string {
  const words = `${durationText(change.leadSeconds)}, from ${startWords[change.startedBy]}`;
  return change.wasClamped ? `${words}; its clock was ahead, so it counts as 0` : words;
}

const signs: Readonly<Record<string, string>> = {
  remedy: "repaired a failure",
  revert: "took something back",
  rollback: "rolled back",
  hotfix: "a hotfix",
};

export const reworkWords = (row: Pick<EvidenceRow, "reworkSigns">): string | null =>
  row.reworkSigns.length === 0
    ? null
    : `Rework: ${row.reworkSigns.map((sign) => signs[sign] ?? sign).join(", ")}`;

/** The last part of a reference, as people say it. */
export const nameOf = (ref: string): string => ref.slice(ref.indexOf("/") + 1);
