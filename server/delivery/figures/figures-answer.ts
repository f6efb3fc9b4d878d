import type { Figures, Interval } from "./figure.ts";

type ScopeKind = "service" | "team" | "system" | "organisation";

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

/**
 * Services of the scope that have no part in its figures, or less than the whole. They may be among several of these; of a
 * single service its figures say it themselves.
 */
export type Missing = {
  /** Nothing of them could have been seen in the window. */
  unobserved: number;
  /** They were observed only since some time in it. */
  late: number;
  /** Their past was read in part only, since its import failed for good: in the window, or only before it. */
  unread: number;
  unreadBefore: number;
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
  missing: Missing;
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

/** In seconds, `from` included, `to` excluded; the last bucket has no end. */
export type Distribution = {
  metric: "leadTime" | "recovery";
  n: number;
  buckets: { from: number; to: number | null; count: number; words: string }[];
};
