import type { Tier } from "#server/delivery/model.ts";

/**
 * How a change stands in one environment. `reverted`: its commit is there, and so is one that takes it back. `taken_back`:
 * it ran there, and what runs there now does not hold it.
 */
export const placeStates = ["live", "reverted", "taken_back", "waiting", "unknown"] as const;
export type PlaceState = (typeof placeStates)[number];
export const placeStateWords: Readonly<Record<PlaceState, string>> = {
  live: "Live",
  reverted: "Reverted",
  taken_back: "Rolled back",
  waiting: "Waiting",
  unknown: "Not known",
};

export type Place = {
  environment: string;
  tier: Tier;
  state: PlaceState;
  /** Since when it is as it is: live since, reverted since, gone since. Null while waiting or not known. */
  since: Date | null;
  /** It came before the oldest deployment that was looked at. */
  isAtLeast: boolean;
  /** Why it is not known, or what took it back. */
  note: string | null;
  /** What runs there now; null where that deployment names no commit. */
  runs: string | null;
  /** When what runs there now was reported as broken. */
  brokeAt: Date | null;
};

export type ServicePlaces = { ref: string; name: string; places: Place[] };

export type WhereChange = {
  kind: "pull request" | "commit";
  repository: string;
  number: number | null;
  /** The commit that is looked for: of a merged pull request its merge, of an open one its head. */
  sha: string;
  title: string;
  state: "open" | "closed" | "merged" | "commit";
  mergedAt: Date | null;
  url: string | null;
  services: ServicePlaces[];
  /** Services of the same repository whose paths it does not touch. */
  untouched: number;
  /** One line for each service, such as "checkout: production EU since 14:03, US waiting". */
  words: string[];
  /** Why there is little to say; null when there is not. */
  note: string | null;
};

export type WhereAnswer = {
  changes: WhereChange[];
  /** Why nothing was found, or that there is more than is shown. */
  note: string | null;
};

export type MatrixChange = {
  kind: "pull request" | "commit";
  number: number | null;
  sha: string;
  title: string;
  at: Date;
  url: string | null;
  /** In the order of the columns. */
  places: Place[];
};
export type MatrixColumn = { environment: string; tier: Tier };
export type Matrix = {
  columns: MatrixColumn[];
  changes: MatrixChange[];
  /** Why there is nothing to see; null when there is something. */
  reason: string | null;
  /** Facts have come in that are not worked out yet: what waits may be live. */
  isBehind: boolean;
};

export const mostMatrixChanges = 30;
/** An environment that nothing was deployed to for so long is no longer shown. */
export const daysLooked = 180;
