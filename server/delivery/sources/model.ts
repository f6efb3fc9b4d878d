import type { Source } from "#server/delivery/projection/recognise.ts";

/** What a call may say of a deployment. */
export const reportedStatuses = ["started", "succeeded", "failed"] as const;

/** How bad an incident is, as the portal's own button asks; pagers bring words of their own. */
export const severities = ["critical", "major", "minor"] as const;
export const severityWords: Readonly<Record<(typeof severities)[number], string>> = {
  critical: "Critical: people cannot use it",
  major: "Major: much of it does not work",
  minor: "Minor: some notice it",
};

export const receiverKinds = ["pagerduty", "opsgenie", "alertmanager"] as const;
export type ReceiverKind = (typeof receiverKinds)[number];
export const receiverWords: Readonly<Record<ReceiverKind, string>> = {
  pagerduty: "PagerDuty",
  opsgenie: "Opsgenie or Jira Service Management",
  alertmanager: "Prometheus Alertmanager",
};
/** Where CDEvents are taken beside pagers; by a token, not by a receiver's secret. */
export const cdEventsPath = "/api/webhooks/cdevents";
export const receiverPath = ({ kind, id }: { kind: string; id: string }) => `/api/webhooks/${kind}/${id}`;

/** In the order in which they are offered. */
export const offeredSources = [
  "deployment",
  "workflow",
  "release",
  "tag",
  "merge",
  "reported",
] as const satisfies readonly Source[];

export const sourceWords: Readonly<Record<Source, string>> = {
  deployment: "GitHub deployments",
  workflow: "Workflow runs",
  release: "Releases",
  tag: "Tags",
  merge: "Merged pull requests",
  reported: "Reported by a call, CDEvents or an environment of this portal",
};

/** What each source counts, and what that does to the figures. */
export const sourceMeaning: Readonly<Record<Source, string>> = {
  deployment: "Each deployment that GitHub is told of, successful by its status",
  workflow: "Each successful run of one workflow on one branch",
  release: "Each published release that is neither a draft nor a pre-release",
  tag: "Each tag whose name fits a pattern",
  merge:
    "Each pull request merged into one branch: a stand-in, as the change lead time then ends at the merge",
  reported: "Each deployment that a program reports with a token",
};

/** Settings that each source understands. */
export const settingNames = {
  deployment: [],
  workflow: ["workflow", "branch", "environment", "tier"],
  release: ["environment", "tier"],
  tag: ["tagPattern", "environment", "tier"],
  merge: ["branch", "environment", "tier"],
  reported: [],
} as const satisfies Record<Source, readonly string[]>;

export const previewDays = 90;
export const mostGlobs = 30;
export const mostTierRules = 100;

/** Who sees a portal that runs behind somebody else's clock: more than this ahead is a mistake. */
export const mostAheadMs = 24 * 3_600_000;
