import type { EvidencePart, Metric, Stage } from "./model.ts";

/** Why there is no figure. A figure is never 0 where nothing could have been seen. */
export type Reason =
  | "no_services"
  | "not_observed"
  | "importing"
  | "no_incident_source"
  | "below_minimum"
  | "not_reached"
  | "none";

/** For 95 %. Null: beyond the data on that side. */
export type Interval = { low: number | null; high: number | null };

/** How an interval was found, for the text beside it. */
export type IntervalMethod = "bootstrap" | "clustered" | "wilson" | "order" | "survival";

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
