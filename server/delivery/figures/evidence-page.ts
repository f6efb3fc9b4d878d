import type { Stage } from "./model.ts";

type EvidenceChange = {
  key: string;
  pullRequest: number | null;
  sha: string;
  startedAt: Date;
  startedBy: "commit" | "pull_request_commit" | "pull_request_opened";
  leadSeconds: number;
  stages: Readonly<Record<Stage, number>> | null;
  wasClamped: boolean;
  isBot: boolean;
};

/** One deployment or change behind a figure. Nothing in it names a person. */
export type EvidenceRow = {
  /** Of the deployment. */
  id: number;
  serviceRef: string;
  at: Date;
  environment: string;
  sha: string | null;
  ref: string | null;
  outcome: "success" | "failure" | "pending";
  kind: "baseline" | "forward" | "redeploy" | "rollback" | "unknown" | null;
  attribution: "complete" | "baseline" | "unknown" | null;
  attributionNote: string | null;
  changeCount: number;
  isExcluded: boolean;
  failState: "confirmed" | "suggested" | null;
  reworkSigns: string[];
  reworkedAt: Date | null;
  definition: number;
  /** Of lead time. */
  change: EvidenceChange | null;
  /** Of recovery: when it was whole again, and how long it took or has taken. */
  recovery: { recoveredAt: Date | null; detectedAt: Date | null; seconds: number; isOpen: boolean } | null;
};

export type EvidencePage = { items: EvidenceRow[]; total: number; nextCursor: string | null };
