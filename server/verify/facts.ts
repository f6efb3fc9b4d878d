import type { Micros } from "./calendar.ts";
import type { Parsed } from "./parse-line.ts";
import { partsOf } from "./parse-line.ts";

export type Commit = {
  sha: string;
  authoredAt: Micros;
  committedAt: Micros | null;
  /** Null where only pushes tell what stood before it, or nothing does. */
  parents: readonly string[] | null;
  pushParents: readonly string[];
  isMerge: boolean;
  /** Of a service with paths of its own: whether it touched one; null where that is not known. */
  isOwn: boolean | null;
  /** The pull request that its message names. */
  pull: number | null;
  isBot: boolean;
};

export type Pull = {
  number: number;
  mergeCommit: string | null;
  commitCount: number | null;
  openedAt: Micros;
  /** Null of one that was never merged. */
  mergedAt: Micros | null;
  readyAt: Micros | null;
  reviewedAt: Micros | null;
  isHotfix: boolean;
  /** Commits that were pushed to its branch, with when they were written. */
  branch: readonly { sha: string; authoredAt: Micros }[];
};

export type Kind = "baseline" | "forward" | "redeploy" | "rollback" | "unknown";
export type Attribution = "complete" | "baseline" | "unknown";
export type Region = { environment: string; key: string; succeededAt: Micros | null };

export type Deployment = {
  line: number;
  key: string;
  sha: string | null;
  createdAt: Micros;
  succeededAt: Micros | null;
  failedAt: Micros | null;
  brokeAt: Micros | null;
  /** Of its commit: it orders what was live at the same moment. */
  committedAt: Micros | null;
  environment: string;
  regions: readonly Region[];
  wasReworked: boolean;
  /** As the product has it. */
  shown: {
    kind: string | null;
    attribution: string | null;
    isExcluded: boolean;
    failState: string | null;
    reworkSigns: readonly string[];
  };
};

export type ChangeValues = {
  sha: string;
  startedAt: Micros;
  startedBy: string;
  leadSeconds: number;
  /** Coding, pickup, review, deploy; null of what came without a known pull request. */
  stages: readonly [number, number, number, number] | null;
  wasClamped: boolean;
  isBot: boolean;
};
export type Change = ChangeValues & { line: number; deployment: string; unit: string };

export type Failure = {
  line: number;
  deployment: string;
  signal: string;
  key: string;
  confidence: string;
  decision: string | null;
  seenAt: Micros;
  remedy: string | null;
  recoveredAt: Micros | null;
  detectedAt: Micros | null;
  /** Which commit takes back which, and when it was written. */
  revert: { commit: string; takesBack: string; at: Micros } | null;
};

export type Decision = {
  deployment: string;
  signal: string | null;
  signalKey: string | null;
  decision: string;
};

export const readCommit = (line: Parsed): Commit => {
  const parents = line.row.parents === undefined ? null : line.texts("parents");
  const own = line.textOrNull("own");
  return {
    sha: line.text("sha"),
    authoredAt: line.moment("authoredAt"),
    committedAt: line.momentOrNull("committedAt"),
    parents,
    pushParents: line.texts("pushParents"),
    isMerge: parents ? parents.length > 1 : line.flag("merge"),
    isOwn: own === null ? true : own === "no" ? false : null,
    pull: line.numberOrNull("pull"),
    isBot: line.flag("bot"),
  };
};

export const readPull = (line: Parsed): Pull => ({
  number: line.number("number"),
  mergeCommit: line.textOrNull("mergeCommit"),
  commitCount: line.numberOrNull("commitCount"),
  openedAt: line.moment("openedAt"),
  mergedAt: line.momentOrNull("mergedAt"),
  readyAt: line.momentOrNull("readyAt"),
  reviewedAt: line.momentOrNull("reviewedAt"),
  isHotfix: line.flag("hotfix"),
  branch: line.pairs("branch").map(([sha, at]) => ({ sha, authoredAt: at })),
});

export const readDeployment = (line: Parsed): Deployment => ({
  line: line.line,
  key: line.text("key"),
  sha: line.textOrNull("sha"),
  createdAt: line.moment("createdAt"),
  succeededAt: line.momentOrNull("succeededAt"),
  failedAt: line.momentOrNull("failedAt"),
  brokeAt: line.momentOrNull("brokeAt"),
  committedAt: line.momentOrNull("committedAt"),
  environment: line.text("environment"),
  regions: line.rows("regions").map((row): Region => {
    const region = partsOf(line.line, row);
    return {
      environment: region.text("environment"),
      key: region.text("key"),
      succeededAt: region.momentOrNull("succeededAt"),
    };
  }),
  wasReworked: line.flag("reworked"),
  shown: {
    kind: line.textOrNull("kind"),
    attribution: line.textOrNull("attribution"),
    isExcluded: line.flag("excluded"),
    failState: line.textOrNull("failState"),
    reworkSigns: line.texts("reworkSigns"),
  },
});

export function readChange(line: Parsed): Change {
  const stages = line.row.stages === undefined ? null : partsOf(line.line, line.object("stages"));
  return {
    line: line.line,
    deployment: line.text("deployment"),
    unit: line.text("unit"),
    sha: line.text("sha"),
    startedAt: line.moment("startedAt"),
    startedBy: line.text("startedBy"),
    leadSeconds: line.number("leadSeconds"),
    stages: stages && [
      stages.number("coding"),
      stages.number("pickup"),
      stages.number("review"),
      stages.number("deploy"),
    ],
    wasClamped: line.flag("clamped"),
    isBot: line.flag("bot"),
  };
}

export function readFailure(line: Parsed): Failure {
  const revert = line.row.revert === undefined ? null : partsOf(line.line, line.object("revert"));
  return {
    line: line.line,
    deployment: line.text("deployment"),
    signal: line.text("signal"),
    key: line.text("key"),
    confidence: line.text("confidence"),
    decision: line.textOrNull("decision"),
    seenAt: line.moment("seenAt"),
    remedy: line.textOrNull("remedy"),
    recoveredAt: line.momentOrNull("recoveredAt"),
    detectedAt: line.momentOrNull("detectedAt"),
    revert: revert && {
      commit: revert.text("commit"),
      takesBack: revert.text("takesBack"),
      at: revert.moment("at"),
    },
  };
}

export const readDecision = (line: Parsed): Decision => ({
  deployment: line.text("deployment"),
  signal: line.textOrNull("signal"),
  signalKey: line.textOrNull("signalKey"),
  decision: line.text("decision"),
});
