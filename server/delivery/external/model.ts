/** A file has rows of deployments, or of weeks. */
export const externalKinds = ["deployments", "weeks"] as const;
export type ExternalKind = (typeof externalKinds)[number];
export const externalKindWords: Readonly<Record<ExternalKind, string>> = {
  deployments: "One row for each deployment",
  weeks: "One row for each week",
};

/** What columns can be read as. */
export const roles = [
  "service",
  "time",
  "environment",
  "commit",
  "outcome",
  "week",
  "deployments",
  "failed",
  "leadTime",
] as const;
export type Role = (typeof roles)[number];
export const roleWords: Readonly<Record<Role, string>> = {
  service: "Service",
  time: "When it was live",
  environment: "Environment",
  commit: "Commit",
  outcome: "Outcome",
  week: "Week",
  deployments: "Deployments",
  failed: "Failed deployments",
  leadTime: "Change lead time",
};
export const rolesOf: Readonly<Record<ExternalKind, readonly Role[]>> = {
  deployments: ["service", "time", "environment", "commit", "outcome"],
  weeks: ["service", "week", "deployments", "failed", "leadTime"],
};
export const neededRoles: Readonly<Record<ExternalKind, readonly Role[]>> = {
  deployments: ["service", "time"],
  weeks: ["service", "week"],
};

/** Role → name of the column. */
export type Columns = Partial<Record<Role, string>>;

export const leadTimeUnits = ["seconds", "minutes", "hours", "days"] as const;
export type LeadTimeUnit = (typeof leadTimeUnits)[number];

export const mostRows = 10_000;
/** In characters: what a call may carry, with room for how it is written. */
export const longestFile = 700_000;
export const mostFiles = 50;
export const mostProblems = 100;

export type Problem = { line: number; words: string };

export type Preview = {
  columns: string[];
  /** The first rows, as texts. */
  sample: string[][];
  kind: ExternalKind;
  mapping: Columns;
  unit: LeadTimeUnit;
  rows: number;
  readable: number;
  problems: Problem[];
  /** Why it cannot be imported so; null when it can. */
  refusal: string | null;
};

/** Why a row is counted by one side only, or on another day. */
export const ruleWords = {
  unknown_service: "No service here has this name",
  no_history: "This service has no delivery history here",
  not_production: "Its environment is not production by the rules here",
  failed_rollout: "It never succeeded; only what succeeded is a deployment here",
  other_outcome: "It failed by the file, and succeeded by what reached this portal",
  redeployment: "The same version again: a redeployment brings nothing new",
  rollback: "A return to an older version: a rollback brings nothing new",
  excluded: "Its team excluded it",
  duplicate_region: "Another region of the same deployment: regions within an hour count once",
  twice: "The file has the same deployment twice",
  far_apart: "The same commit, but more than two days apart",
  before_observation: "It lies before this portal began to see the service",
  not_seen: "No deployment like it reached this portal at about that time",
  other_day: "It counts on both sides, but on another day: the organisation's time zone decides here",
  baseline: "Counts on both sides; as the first known one it brings no change lead time here",
  missing_there: "The file does not have it",
} as const;
export type RuleName = keyof typeof ruleWords;

export const verdicts = ["same", "only_theirs", "only_ours", "different"] as const;
export type Verdict = (typeof verdicts)[number];
export const verdictWords: Readonly<Record<Verdict, string>> = {
  same: "The same",
  only_theirs: "Only in the file",
  only_ours: "Only here",
  different: "Counted differently",
};

/** One row of the file beside ours, or one of ours without any. */
export type ComparedRow = {
  line: number | null;
  service: string;
  serviceRef: string | null;
  theirs: { at: Date; environment: string | null; sha: string | null; counts: boolean } | null;
  ours: { at: Date; environment: string; sha: string | null; counts: boolean } | null;
  verdict: Verdict;
  rule: RuleName | null;
};

/** Rows that one rule explains, with how many of them each side counts: `theirs − ours` over all rules is the difference. */
export type RuleCount = { rule: RuleName; rows: number; theirs: number; ours: number };
export type ServiceCount = { service: string; serviceRef: string | null; theirs: number; ours: number };

export type WeekSide = { deployments: number | null; failed: number | null; leadSeconds: number | null };

/** A week of a service on both sides. */
export type ComparedWeek = {
  line: number;
  service: string;
  serviceRef: string | null;
  /** The first day of the week here. */
  week: string;
  theirs: WeekSide;
  ours: WeekSide | null;
  verdict: Verdict;
  /** What makes the two equal, or why they cannot be compared; empty where nothing does. */
  reasons: string[];
};

export type ExternalFile = {
  id: string;
  kind: ExternalKind;
  tool: string;
  fileName: string;
  rows: number;
  unreadable: number;
  importedAt: Date;
  importedByName: string;
};

export type Comparison = {
  file: ExternalFile & { timeZone: string; columns: Columns; problems: Problem[] };
  /** The organisation's. */
  timeZone: string;
  counts: Record<Verdict, number>;
  theirs: number;
  ours: number;
  rules: RuleCount[];
  services: ServiceCount[];
  rows: ComparedRow[];
  weeks: ComparedWeek[];
  /** Of rows or weeks, of the verdict that is asked for. */
  total: number;
  nextOffset: number | null;
};
