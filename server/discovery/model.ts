import type { Refusal } from "#server/core/refusal.ts";

/** What of a connection is looked at. */
export type Scope = {
  /** Globs of catalogue files inside a repository. */
  paths: string[];
  /** Null: each repository's default branch. */
  branch: string | null;
  /** Globs over `owner/name` in lower case; an empty list includes everything. */
  included: string[];
  excluded: string[];
  withArchived: boolean;
  withForks: boolean;
  withPeople: boolean;
  withProposals: boolean;
};

export const usualScope: Scope = {
  paths: ["**/catalog-info.yaml", "**/catalog-info.yml"],
  branch: null,
  included: [],
  excluded: [],
  withArchived: false,
  withForks: false,
  withPeople: true,
  withProposals: true,
};

export const discoverySteps = ["repositories", "files", "people", "readers"] as const;
export type DiscoveryStep = (typeof discoverySteps)[number];
export const discoveryStepWords: Readonly<Record<DiscoveryStep, string>> = {
  repositories: "Listing the repositories",
  files: "Looking for catalog files",
  people: "Reading teams and members",
  readers: "Reading who may see private repositories",
};

export type DiscoveryState = "waiting" | "running" | "paused" | "done" | "failed" | "cancelled";
export const discoveryStateWords: Readonly<Record<DiscoveryState, string>> = {
  waiting: "Waiting",
  running: "Running",
  paused: "Paused",
  done: "Up to date",
  failed: "Failed",
  cancelled: "Stopped",
};
export const isDiscoveryOver = (state: DiscoveryState): boolean => state !== "waiting" && state !== "running";

/** Where webhooks come in, everything is looked over once more so often, in minutes: for what got lost. */
export const repairMinutes = 60;
/** A repository in which nothing was pushed is looked at in any case after so many hours. */
export const deepLookHours = 24;
/** Who may read, and who belongs to which team, is asked again after so many minutes. */
export const peopleMinutes = 60;

/** How the search of one connection goes, for pages. */
export type DiscoveryItem = {
  connectionId: string;
  name: string;
  kind: "github" | "gitlab";
  webUrl: string;
  state: DiscoveryState;
  step: DiscoveryStep | null;
  done: number;
  total: number;
  startedAt: Date | null;
  /** The last time that everything was looked over; null before the first. */
  completedAt: Date | null;
  resumeAt: Date | null;
  failure: string | null;
  peopleAt: Date | null;
  peopleTrouble: string | null;
  readersTrouble: string | null;
  /** A webhook of it came within the last day: then changes show within seconds. */
  isTold: boolean;
  lastToldAt: Date | null;
  /** How old what is shown can be, in minutes, where nobody tells of changes. */
  everyMinutes: number;
  repositories: { all: number; withFile: number; leftOut: number; gone: number; troubled: number };
  openProposals: number;
  scope: Scope;
  may: { manage: Refusal | null; run: Refusal | null };
};

/** A repository that could not be looked at, or is gone: what was last known of it stays. */
export type TroubledRepository = {
  id: string;
  fullName: string;
  url: string;
  reason: string;
  since: Date;
  /** Of when what the catalogue shows of it is; null where nothing came from it. */
  asOf: Date | null;
  locationId: string | null;
};

export const proposalStates = ["open", "adopted", "dismissed", "filed"] as const;
export type ProposalState = (typeof proposalStates)[number];
export const proposalStateWords: Readonly<Record<ProposalState, string>> = {
  open: "To decide",
  adopted: "Adopted",
  dismissed: "Dismissed",
  filed: "Has a file",
};

/** What something rests on, in one sentence; `url` is where to see it. */
export type Evidence = { what: string; says: string; url: string | null };

export const componentTypes = [
  "service",
  "website",
  "library",
  "tool",
  "documentation",
  "infrastructure",
] as const;
export type ComponentType = (typeof componentTypes)[number];

export type ProposalItem = {
  id: string;
  repositoryId: string;
  repository: string;
  repositoryUrl: string;
  visibility: "public" | "internal" | "private";
  /** The folder inside the repository; empty for all of it. */
  path: string;
  name: string;
  type: string;
  language: string | null;
  description: string | null;
  topics: string[];
  ownerRef: string | null;
  ownerTitle: string | null;
  isOwnerKnown: boolean;
  confidence: number;
  evidence: Evidence[];
  state: ProposalState;
  entityRef: string | null;
  reason: string | null;
  decidedAt: Date | null;
  decidedBy: string | null;
  pullRequestUrl: string | null;
  /** The host's own page for a new file, filled in; null where the text is too long for an address. */
  newFileUrl: string | null;
  /** The connection has the permission to open pull requests, as far as it says. */
  canPropose: boolean;
};

/** How sure a guess is, in words: nobody can tell 62 from 58. */
export function confidenceWord(confidence: number): "likely" | "perhaps" | "a guess" {
  return confidence >= 70 ? "likely" : confidence >= 40 ? "perhaps" : "a guess";
}
