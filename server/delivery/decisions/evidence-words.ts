import type { FailureSignal, FailureState } from "./model.ts";

/** What a failure rests on, as the projection keeps it. */
export type RawFailureEvidence = Readonly<Record<string, string | number | null | undefined>>;

const short = (sha: unknown) => String(sha ?? "").slice(0, 7);
const quoted = (title: unknown) => (title ? `“${String(title).slice(0, 200)}”` : "without a title");

/** Why a deployment is thought to have failed, as a sentence that somebody can check. */
export function evidenceWords(
  signal: FailureSignal,
  confidence: Exclude<FailureState, "rejected">,
  evidence: RawFailureEvidence,
): string {
  const words: Record<FailureSignal, () => string> = {
    incident: () => `The incident ${quoted(evidence.title)} names this deployment.`,
    incident_nearby: () =>
      `The incident ${quoted(evidence.title)} began within 24 hours after it and names no deployment; this was the last one before it.`,
    rollback: () =>
      `A later deployment went back to ${short(evidence.backTo)}, the version from before this one.`,
    revert: () =>
      `Commit ${short(evidence.revert)} takes back ${short(evidence.reverted)}, which this deployment brought${
        confidence === "suggested" ? ", more than 14 days later: it may as well be a change of mind" : ""
      }.`,
    status: () => "Its source reported a failure after it had been live.",
    hotfix: () =>
      `Pull request #${evidence.pullRequest ?? "?"} ${quoted(evidence.title)}, a hotfix, was deployed within 24 hours after it.`,
    stated: () =>
      evidence.incident
        ? `Its team says so, with the incident ${quoted(evidence.title)}.`
        : evidence.remedy
          ? "Its team says so, and which later deployment repaired it."
          : "Its team says so. What ended it is not named yet.",
  };
  return words[signal]();
}

/** Where the evidence can be looked at; null where the portal knows no address of it. */
export function evidenceHref(
  signal: FailureSignal,
  evidence: RawFailureEvidence,
  at: { repositoryUrl: string | null; incidentUrl: string | null },
): string | null {
  const base = at.repositoryUrl?.replace(/\/$/, "") ?? null;
  if (evidence.incident) {
    const issue = /#(\d+)$/.exec(String(evidence.incident))?.[1];
    return at.incidentUrl ?? (base && issue ? `${base}/issues/${issue}` : null);
  }
  if (!base) return null;
  if (signal === "revert" && evidence.revert) return `${base}/commit/${evidence.revert}`;
  if (signal === "hotfix" && evidence.pullRequest) return `${base}/pull/${evidence.pullRequest}`;
  return null;
}
