/** What an environment is for. `ephemeral` ones live for one change. */
export const tiers = ["production", "staging", "test", "development", "ephemeral", "other"] as const;
export type Tier = (typeof tiers)[number];
export const tierWords: Readonly<Record<Tier, string>> = {
  production: "Production",
  staging: "Staging",
  test: "Test",
  development: "Development",
  ephemeral: "Preview",
  other: "Other",
};

export const outcomes = ["success", "failure", "pending"] as const;
export type Outcome = (typeof outcomes)[number];

const productionName = /^(prod|production|live)([-_/ ]|$)/i;
const otherNames: readonly [Tier, RegExp][] = [
  ["staging", /^(staging|stage|stg|preprod|pre-production|uat)([-_/ ]|$)/i],
  ["test", /^(test|testing|qa|integration)([-_/ ]|$)/i],
  ["development", /^(dev|development)([-_/ ]|$)/i],
  ["ephemeral", /^(preview|review|pr|ephemeral)([-_/ ]|$)/i],
];

/** The tier of an environment, by the order of evidence: what the deployment says of it, then its name. */
export function tierOf(environment: {
  name: string;
  isProduction: boolean | undefined;
  isTransient: boolean | undefined;
}): Tier {
  if (environment.isProduction) return "production";
  if (environment.isTransient) return "ephemeral";
  if (productionName.test(environment.name)) return "production";
  return otherNames.find(([, pattern]) => pattern.test(environment.name))?.[0] ?? "other";
}

export const runStates = ["queued", "running", "success", "failure", "cancelled", "other"] as const;
export type RunState = (typeof runStates)[number];
export const runStateWords: Readonly<Record<RunState, string>> = {
  queued: "Waiting",
  running: "Running",
  success: "Passed",
  failure: "Failed",
  cancelled: "Cancelled",
  other: "Ended without a verdict",
};

/** A conclusion counts only once it is there: `completed` with none has been seen. */
export function runStateOf(status: string, conclusion: string | null): RunState {
  if (conclusion === null)
    return status === "completed" ? "other" : status === "in_progress" ? "running" : "queued";
  if (conclusion === "success") return "success";
  if (["failure", "timed_out", "startup_failure"].includes(conclusion)) return "failure";
  return conclusion === "cancelled" ? "cancelled" : "other";
}

/** What a deployment did, as the chain of its tier tells. */
export type ChainKind = "baseline" | "forward" | "redeploy" | "rollback" | "unknown";

/**
 * A deployment as it was placed for its service. `at`: its success, else its failure, else its beginning. `brokeAt`: a failure
 * that was reported after it had succeeded.
 */
export type DeploymentRow = {
  id: number;
  /** The service, with its name. */
  ref: string;
  name: string;
  source: "deployment" | "workflow" | "release" | "tag" | "merge" | "reported";
  repository: string | null;
  environment: string;
  /** The regions that are one deployment; empty where there is one environment. */
  regions: string[];
  tier: Tier;
  sha: string | null;
  /** The branch, the tag or whatever else its source says that was deployed. */
  version: string | null;
  at: Date;
  createdAt: Date;
  succeededAt: Date | null;
  failedAt: Date | null;
  brokeAt: Date | null;
  outcome: Outcome;
  /** Null until it succeeded. */
  kind: ChainKind | null;
  /** Changes that it brought; null where that is not known. */
  changes: number | null;
  /** Of the commit that was deployed; null where it was never seen. */
  title: string | null;
  /** Excluded from the figures by its team. */
  isExcluded: boolean;
  /** Where the source itself shows it; null where the portal knows no address. */
  url: string | null;
  isDemo: boolean;
};

export type IncidentRow = {
  id: string;
  number: number;
  title: string;
  severity: string | null;
  openedAt: Date;
  closedAt: Date | null;
  repository: string;
  url: string | null;
  /** The commit that its text names as the one that was deployed. */
  namedSha: string | null;
  /** Names that its labels give it in a shared repository. */
  services: string[];
};

export type RunRow = {
  id: string;
  number: number;
  workflow: string;
  path: string | null;
  event: string;
  branch: string | null;
  sha: string;
  state: RunState;
  attempt: number;
  startedAt: Date;
  updatedAt: Date;
  durationSeconds: number | null;
  url: string | null;
};

export type EnvironmentState = {
  environment: string;
  tier: Tier;
  current: DeploymentRow | null;
  latest: DeploymentRow;
};

/** Why a service has no figures, if it has none. */
export const serviceStates = ["connected", "no_repository", "not_observed", "ambiguous"] as const;
export type ServiceState = (typeof serviceStates)[number];

export type ServiceDelivery = {
  state: ServiceState;
  /** Why there is nothing to see, in a sentence; null when there is something. */
  reason: string | null;
  repository: { name: string; url: string | null } | null;
  /** Which facts are its deployments. */
  source: DeploymentRow["source"];
  /** What other sources told of in the last 90 days, which count for nothing as long as they are not chosen. */
  notCounted: { source: DeploymentRow["source"]; deployments: number }[];
  /** Of its repositories: a former name in the annotation, a name that is another's now, an end. */
  notes: { title: string; words: string }[];
  environments: EnvironmentState[];
  openIncidents: IncidentRow[];
};

/** A week with its first day. Null counts: nothing could have been seen then, which is not the same as zero. */
export type WeekCount = {
  week: string;
  start: string;
  isPartial: boolean;
  total: number | null;
  succeeded: number | null;
  failed: number | null;
  pending: number | null;
};

export type WeeklyDeployments = { title: string; tier: Tier; weeks: WeekCount[] };

export type Page<Item> = { items: Item[]; nextCursor: string | null };
export type LastDeployment = { ref: string; deployment: DeploymentRow };
export type OpenIncidents = { ref: string; incidents: IncidentRow[] };
/** What GitHub told of a deployment that belongs to no Component, with what would change that. */
export type UnmatchedDeployment = {
  id: string;
  repository: string;
  environment: string;
  task: string;
  sha: string;
  at: Date;
  outcome: Outcome;
  url: string | null;
  reason: string;
};
