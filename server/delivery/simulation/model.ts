import type { Metric } from "#server/delivery/figures/model.ts";
import type { Tier } from "#server/delivery/model.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";

export type TierRule = { pattern: string; tier: Tier };

/** What may count for services that have chosen nothing: those sources that need no setting of their own. */
export const defaultSources = [
  "deployment",
  "release",
  "tag",
  "merge",
  "reported",
] as const satisfies readonly Source[];
export type DefaultSource = (typeof defaultSources)[number];

/** Rules that hold for the whole organisation. */
export type OrganisationRules = {
  tiers: TierRule[];
  defaultSource: DefaultSource;
  /** 1 is Monday. */
  weekStartsOn: number;
  /** In which days and weeks are cut; a name of the IANA database. */
  timeZone: string;
};

/** Those that somebody would change; the others stay as they are. */
export type RuleDraft = { [Name in keyof OrganisationRules]?: OrganisationRules[Name] | undefined };

export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const weekdayName = (weekStartsOn: number): string => weekdays[weekStartsOn - 1] ?? "Monday";

export const simulationStates = ["waiting", "running", "done", "cancelled", "saved"] as const;
export type SimulationState = (typeof simulationStates)[number];
export const simulationStateWords: Readonly<Record<SimulationState, string>> = {
  waiting: "Waiting",
  running: "Being worked out",
  done: "Worked out",
  cancelled: "Cancelled",
  saved: "Saved",
};
export const isOpen = (state: SimulationState): boolean => state === "waiting" || state === "running";

export type SideFigure = {
  value: number | null;
  n: number;
  unit: "deployments a week" | "seconds" | "share";
  /** Why there is no value. */
  reasonWords: string | null;
};

/** A service by one set of rules. */
export type Side = {
  /** Successful ones to production that are not excluded. */
  deployments: number;
  /** Of these, those whose changes are known. */
  attributed: number;
  changes: number;
  figures: Record<Metric, SideFigure>;
};

export const moves = ["in", "out", "altered"] as const;
export type Move = (typeof moves)[number];
export const moveWords: Readonly<Record<Move, string>> = {
  in: "Comes in",
  out: "Goes out",
  altered: "Counts differently",
};

/** A deployment that the other rules count differently. */
export type Moved = {
  move: Move;
  source: string;
  sourceKey: string;
  environment: string;
  sha: string | null;
  ref: string | null;
  at: Date;
  why: string;
};

export type SimulatedService = {
  entityRef: string;
  name: string;
  before: Side | null;
  after: Side | null;
  cameIn: number;
  wentOut: number;
  altered: number;
  figuresChanged: number;
  /** Only the newest `mostMoves` deployments are listed. */
  isCut: boolean;
  failure: string | null;
};

export type SimulationSummary = {
  worked: number;
  changed: number;
  failed: number;
  deployments: { before: number; after: number };
  cameIn: number;
  wentOut: number;
  altered: number;
};

/** So many deployments are listed of each service; all are counted. */
export const mostMoves = 2_000;

/** A simulation that is older has to be made again before it is saved; after the other it is forgotten. */
export const freshHours = 24;
export const keptDays = 14;

/** They are worked out one after another: each costs what working out the services costs that it touches. */
export const mostOpen = 5;
