import type { Refusal } from "#server/core/refusal.ts";
import type { Stage } from "#server/delivery/figures/model.ts";

export type FailureSignal =
  | "incident"
  | "rollback"
  | "revert"
  | "status"
  | "hotfix"
  | "incident_nearby"
  | "stated";
export type FailureState = "confirmed" | "suggested" | "rejected";

/** A sign that a deployment did harm, in plain words, with where to look. */
export type FailureEvidence = {
  id: number;
  signal: FailureSignal;
  state: FailureState;
  /** What the evidence alone says, where somebody has decided otherwise or the same. */
  decidedBy: string | null;
  words: string;
  href: string | null;
  seenAt: Date;
  recoveredAt: Date | null;
};

export type DecisionKind =
  | "exclude"
  | "include"
  | "confirm"
  | "reject"
  | "fail"
  | "note"
  | "dispute"
  | "settle";

export const decisionWords: Readonly<Record<DecisionKind, string>> = {
  exclude: "Excluded",
  include: "Included again",
  confirm: "Failure confirmed",
  reject: "Failure rejected",
  fail: "Stated as failed",
  note: "Note",
  dispute: "Disputed",
  settle: "Dispute settled",
};

export type DecisionEntry = { id: number; decision: DecisionKind; reason: string; by: string; at: Date };

export type EvidenceChange = {
  key: string;
  pullRequest: number | null;
  sha: string;
  title: string | null;
  href: string | null;
  leadSeconds: number;
  startedAt: Date;
  startedBy: "commit" | "pull_request_commit" | "pull_request_opened";
  stages: Readonly<Record<Stage, number>> | null;
  wasClamped: boolean;
  isBot: boolean;
};

/** All that stands behind one deployment. */
export type EvidenceDetail = {
  id: number;
  serviceRef: string;
  environment: string;
  tier: string;
  sha: string | null;
  at: Date;
  succeededAt: Date | null;
  commitHref: string | null;
  /** Regions that count as one deployment; empty where it is a single one. */
  parts: { environment: string; succeededAt: string | null }[];
  previous: { sha: string | null; at: Date } | null;
  commitCount: number;
  changes: { items: EvidenceChange[]; total: number };
  failures: FailureEvidence[];
  /** The newest first. */
  decisions: DecisionEntry[];
  isExcluded: boolean;
  isDisputed: boolean;
  /** The rules by which it counts, as sentences. */
  rules: string[];
  /** What a team may name as the end of a failure that it states. */
  incidents: { key: string; title: string; openedAt: Date; resolvedAt: Date | null }[];
  later: { id: number; sha: string | null; at: Date }[];
  may: { decide: Refusal | null; dispute: Refusal | null; settle: Refusal | null };
};

/** What is said of a deployment, short, for its row. */
export type EvidenceMark = { id: number; notes: number; isDisputed: boolean };

/** A suggested failure that waits for its team. */
export type ReviewItem = {
  id: number;
  deploymentId: number;
  serviceRef: string;
  serviceName: string;
  ownerRef: string | null;
  at: Date;
  environment: string;
  sha: string | null;
  seenAt: Date;
  signal: FailureSignal;
  words: string;
  href: string | null;
  may: Refusal | null;
};
export type ReviewCount = { suggestions: number; deployments: number; oldestAt: Date | null };
export type ReviewPage = ReviewCount & {
  items: ReviewItem[];
  nextCursor: string | null;
  /** Teams with something to review, by name. */
  teams: { ref: string; suggestions: number }[];
};

/** What has changed in a list since the person last opened it. Null `before`: the first time. */
export type LookChange = {
  count: number;
  value: number | null;
  before: { count: number; value: number | null; at: Date } | null;
  /** Reasons, as parts of a sentence: "3 new deployments". */
  because: string[];
};
