/** The five metrics, and failed rollouts beside them. */
export const metrics = [
  "frequency",
  "leadTime",
  "changeFailRate",
  "recovery",
  "rework",
  "failedRollouts",
] as const;
export type Metric = (typeof metrics)[number];
export const metricWords: Readonly<Record<Metric, string>> = {
  frequency: "Deployment frequency",
  leadTime: "Change lead time",
  changeFailRate: "Change fail rate",
  recovery: "Failed deployment recovery time",
  rework: "Rework rate",
  failedRollouts: "Failed rollouts",
};

/** Lists that can be opened behind each metric. The first one is what the figure's `n` counts. */
export const evidenceParts = {
  frequency: [
    "deployments",
    "forward",
    "first",
    "unknown",
    "redeploys",
    "rollbacks",
    "excluded",
    "recalculated",
    "disputed",
  ],
  leadTime: ["changes", "clamped", "bots", "deployments", "unknown", "disputed"],
  changeFailRate: ["deployments", "confirmed", "suggested", "maturing", "disputed"],
  recovery: ["failures", "recovered", "open", "disputed"],
  rework: ["deployments", "rework", "remedies", "reverts", "hotfixes", "rollbacks", "disputed"],
  failedRollouts: ["finished", "failed", "disputed"],
} as const satisfies Record<Metric, readonly string[]>;
export type EvidencePart<M extends Metric = Metric> = (typeof evidenceParts)[M][number];

export const scopeKinds = ["service", "team", "system", "organisation"] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/** Why there is no figure. A figure is never 0 where nothing could have been seen. */
export type Reason =
  | "no_services"
  | "not_observed"
  | "importing"
  | "no_incident_source"
  | "below_minimum"
  | "not_reached"
  | "none";

/** Windows whose figures of large scopes are kept ready; any other is worked out when it is asked for. */
export const standingDays = [28, 90, 182, 365] as const;
export const usualDays = 90;

/** For 95 %. Null: beyond the data on that side. */
export type Interval = { low: number | null; high: number | null };

/** How an interval was found, for the text beside it. */
export type IntervalMethod = "bootstrap" | "clustered" | "wilson" | "order" | "survival";

/** What stands behind the figures of a window: all successful deployments to production, each in one of the others. */
export type Coverage = {
  deployments: number;
  /** Their changes are known. */
  attributed: number;
  /** First known ones: what they brought cannot be told. */
  first: number;
  /** Their changes are not known: they count for frequency and for nothing else. */
  unknown: number;
  /** Left out by the team, whether or not the figures are shown with them; they are in no other count. */
  excluded: number;
};

/** A window beside the one before it. `words` claim a change only where the interval of the difference excludes none. */
export type Comparison = {
  previous: number | null;
  previousN: number;
  /** In the figure's unit; of frequency a ratio (now ÷ before). */
  difference: number | null;
  interval: Interval | null;
  direction: "up" | "down" | "unclear" | "not_comparable";
  words: string;
};

export type Figure<M extends Metric, Detail extends object> = {
  metric: M;
  title: string;
  /** Null with a `reason`; else the headline. Shares are of 1, durations in seconds. */
  value: number | null;
  unit: "deployments a week" | "seconds" | "share";
  interval: Interval | null;
  intervalMethod: IntervalMethod | null;
  /** What the figure rests on, and how much of it there has to be. */
  n: number;
  minimum: number;
  reason: Reason | null;
  /** The reason as a sentence. */
  reasonWords: string | null;
  /** One of the answers of DORA's Quick Check, in words; never a medal. */
  band: { position: number; of: 6; words: string } | null;
  definition: { version: number; words: string };
  comparison: Comparison | null;
  /** Each is the length of the list that `delivery.evidence` gives for this part. */
  counts: Readonly<Record<EvidencePart<M>, number>>;
} & Detail;

export type FrequencyFigure = Figure<
  "frequency",
  {
    /** Complete weeks that were observed, on which the median rests. */
    completeWeeks: number;
    /** Days with at least one deployment that counts. */
    distinctDays: number;
    /** Between deployments that count, in the middle, in seconds. */
    medianGap: number | null;
  }
>;

export const stages = ["coding", "pickup", "review", "deploy"] as const;
export type Stage = (typeof stages)[number];
export const stageWords: Readonly<Record<Stage, string>> = {
  coding: "Coding",
  pickup: "Waiting for review",
  review: "Review",
  deploy: "Merged to deployed",
};

export type LeadTimeFigure = Figure<
  "leadTime",
  {
    /** The value is the median; these two stand beside it, in seconds. */
    p75: number | null;
    p90: number | null;
    /** Where the clock started, in changes. */
    startedBy: { commit: number; pull_request_commit: number; pull_request_opened: number };
    /** Medians in seconds, of changes with a pull request: medians of parts do not add up to that of the whole. */
    stages: Readonly<Record<Stage, number | null>>;
    withStages: number;
  }
>;

export type ChangeFailRateFigure = Figure<
  "changeFailRate",
  {
    /** The share if all that are unreviewed were confirmed; equal to the value where none is. */
    upTo: number | null;
    /** Suggestions that nobody has judged, of the deployments that count, and the oldest of them. */
    unreviewed: number;
    oldestUnreviewedAt: Date | null;
    /** "12 % confirmed, up to 21 % with 9 unreviewed" */
    rangeWords: string | null;
    /** The survey's mean of 2025, as a share. */
    surveyMean: number;
  }
>;

export type RecoveryFigure = Figure<
  "recovery",
  {
    oldestOpenAt: Date | null;
    /** From the deployment to its failure being seen, and from there to the recovery; medians in seconds. */
    detection: number | null;
    repair: number | null;
    withDetection: number;
  }
>;

export type ReworkFigure = Figure<"rework", { surveyMean: number }>;
// biome-ignore lint/complexity/noBannedTypes: nothing stands beside it
export type FailedRolloutsFigure = Figure<"failedRollouts", {}>;

export type Figures = {
  frequency: FrequencyFigure;
  leadTime: LeadTimeFigure;
  changeFailRate: ChangeFailRateFigure;
  recovery: RecoveryFigure;
  rework: ReworkFigure;
  failedRollouts: FailedRolloutsFigure;
};

/** A calendar week of the organisation, with what a line through the weeks needs. Null: not observed, or too little. */
export type WeekFigures = {
  /** "2026-W47"; where weeks do not start on Monday, the date of the first day. */
  week: string;
  /** Its first day. */
  start: string;
  /** The week has not ended, or was seen in part only: drawn hatched, in no median. */
  isPartial: boolean;
  isObserved: boolean;
  /** Services that could not be seen at some time of it, of those that were observed by then; null where there is no gap. */
  unseen: { services: number; of: number } | null;
  forward: number | null;
  redeploys: number | null;
  rollbacks: number | null;
  changes: number | null;
  leadTime: number | null;
  leadTimeP90: number | null;
  leadTimeInterval: Interval | null;
  /** Of deployments that are old enough to have failed. */
  judged: number | null;
  failed: number | null;
  unreviewed: number | null;
  recovered: number | null;
  recovery: number | null;
  rework: number | null;
  failedRollouts: number | null;
};

/**
 * What happened besides deployments, on days of the organisation's time zone, both included: of its calendar, incidents (one,
 * or how many in a week), times in which nothing could be seen, and changes of what counts.
 */
export type Annotation = {
  kind: "holiday" | "freeze" | "fiscal_quarter" | "incident" | "gap" | "rules";
  from: string;
  to: string;
  title: string;
  /** Where to read more, if the portal knows an address. */
  href: string | null;
};

/** How far a window was seen. */
export type Observed = {
  /** Calendar weeks that the window touches, as far as they have begun, and those of them that a gap touches. */
  weeks: number;
  unseenWeeks: number;
  /** In the worst of those weeks. */
  unseenServices: number;
  /** Services of which incidents could have been seen. */
  incidentSources: number;
};

/** Days of the organisation's time zone, `to` excluded. */
export type WindowDays = { from: string; to: string };

export type FiguresAnswer = {
  scope: {
    kind: ScopeKind;
    ref: string | null;
    name: string;
    /** Services that the figures are of: those that the actor may see and that have a delivery history. */
    services: number;
    /** Visible Components of the scope without one. */
    withoutDelivery: number;
    ownership: "now" | "then";
  };
  window: WindowDays & {
    timeZone: string;
    previous: WindowDays;
    /** The window ends in the future: rates are judged by the time that has passed. */
    isPartial: boolean;
    /** Up to which moment open failures are aged and weeks count as ended. */
    asOf: Date;
  };
  options: { exclusions: boolean; bots: boolean };
  figures: Figures;
  /** How the values behind the two medians are spread. */
  distributions: { leadTime: Distribution; recovery: Distribution };
  coverage: Coverage;
  observed: Observed;
  /** "84 % of deployments attributed, 3 excluded by the team, 2 of 12 weeks were not fully seen" */
  coverageWords: string | null;
  /** 26 weeks up to the window's end. */
  weeks: WeekFigures[];
  annotations: Annotation[];
  /** Of the whole scope, whenever deployed. */
  unreviewed: { count: number; oldestAt: Date | null };
  /** Deployments of the window whose facts were worked out again after they had been shown. */
  reworked: number;
  /** Since when these figures are kept; null: worked out for this answer. */
  computedAt: Date | null;
  /** The past of the window was not read to its end: why nothing is summarised, and which connection's import it is. */
  importing: { words: string; connectionId: string | null } | null;
};

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

/** In seconds, `from` included, `to` excluded; the last bucket has no end. */
export type Distribution = {
  metric: "leadTime" | "recovery";
  n: number;
  buckets: { from: number; to: number | null; count: number; words: string }[];
};

export type ServiceFigures = {
  serviceRef: string;
  name: string;
  ownerRef: string | null;
  deployments: number;
  forward: number;
  changes: number;
  /** Null below the smallest number that a summary may rest on. */
  leadTime: number | null;
  judged: number;
  failed: number;
  changeFailRate: number | null;
  /** Why there is no rate; null where there is one. */
  changeFailRateReason: "below_minimum" | "no_incident_source" | null;
  unreviewed: number;
  rework: number;
  lastDeployedAt: Date | null;
  /** The past of the window was not read to its end: nothing of it is summarised. */
  isImporting: boolean;
};
export type ServicePage = { items: ServiceFigures[]; nextCursor: string | null };
