import type { EntityLink } from "#server/catalog/model.ts";

/** Why an entry was found: what of it says so, and how much that is worth between 0 and 1. */
export type Evidence = { words: string; weight: number };

export type WhoseAnswer = {
  ref: string;
  kind: string;
  name: string;
  title: string | null;
  owner: EntityLink | null;
  /** Where whoever is on call is found, of the entry or of its owner. */
  onCall: string | null;
  lastDeployedAt: Date | null;
  updatedAt: Date;
  /** The weightiest first. */
  evidence: Evidence[];
};

/** What each kind of find is worth: an exact name in a file says more than a host that many share. */
export const weights = {
  repositoryPath: 1,
  repository: 0.9,
  elsewhere: 0.4,
  address: 0.95,
  annotation: 0.85,
  label: 0.7,
  commit: 0.9,
  name: 0.6,
  tag: 0.3,
  host: 0.5,
} as const;

/** Independent finds strengthen each other: 1 − Π(1 − weight). */
export const certaintyOf = (evidence: readonly Evidence[]): number =>
  1 - evidence.reduce((doubt, { weight }) => doubt * (1 - Math.min(weight, 0.99)), 1);
