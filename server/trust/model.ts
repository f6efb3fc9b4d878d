/**
 * How sure an entry of the catalogue is. Nobody can measure that directly; what can be measured is when somebody last
 * looked. So confidence begins at what the newest look is worth and halves each half-life, as the odds do that something
 * has changed since at a steady rate (exponential decay, the survival function of a Poisson process).
 */
export const trustRules = {
  /** Teams are reorganised and people move on about once or twice in a year: after half a year, half of it is left. */
  halfLifeDays: 180,
  /** An owner read the entry and said that it is right. */
  confirmed: 1,
  /** Somebody changed its file: they looked, though perhaps at one line only. */
  changed: 0.85,
  /** It came from a file of unknown age. */
  appeared: 0.5,
  /** What runs and is worked on is described by people who are there to be asked: a part of the doubt goes. */
  activity: 0.15,
  /** An owner whom the catalogue does not know answers nobody; a file that is gone describes nothing. */
  ownerUnknown: 0.6,
  fileGone: 0.3,
  /** While something in it is known to be wrong. */
  wrongFact: 0.5,
  activityDays: 90,
  fresh: 0.6,
  fading: 0.3,
} as const;

export const trustStates = ["fresh", "fading", "stale"] as const;
export type TrustState = (typeof trustStates)[number];

/** What is known of an entry; ages in days, null where it never happened. */
export type TrustSignals = {
  confirmedDays: number | null;
  changedDays: number | null;
  appearedDays: number;
  isActive: boolean;
  isOwnerKnown: boolean;
  isFileGone: boolean;
  wrongFacts: number;
};

/** Kinds that come from people's lists and not from a judgement: nobody is asked to confirm them. */
export const unjudgedKinds: readonly string[] = ["user", "group", "location"];

/** Where a value of an entry is from. "host" is a list of the source itself, such as the teams of GitHub. */
export type FactOrigin = "file" | "portal" | "host" | "custom";

export type FactSource = {
  /** The JSON pointer by which its owners confirm it; null for what its own document does not state. */
  pointer: string | null;
  origin: FactOrigin;
  /** What to call the place: `catalog-info.yaml:12`, "the portal, added by Ana", the name of a source. */
  place: string;
  url: string | null;
  since: Date;
  /** Since when it was known to be so, at least: nothing was seen of it before. */
  isFirst: boolean;
  by: string | null;
  confirmedAt: Date | null;
  confirmedBy: string | null;
};

export const originWords: Readonly<Record<FactOrigin, string>> = {
  file: "From its file",
  portal: "Kept in the portal",
  host: "From a list of its source",
  custom: "Sent by a source",
};

/** Why something needs a new owner. */
export const ownerlessReasons = {
  left: "Its owner left",
  gone: "The owner's file is gone",
  unknown: "The named owner is not in the catalog",
  empty: "The owning team has no members",
  missing: "No owner is named",
} as const;
export type OwnerlessReason = keyof typeof ownerlessReasons;

/** 0 to 1, with two decimals, so that an entry is written again only when it moved by one of a hundred. */
export function confidenceOf(signals: TrustSignals): number {
  const left = (worth: number, days: number | null) =>
    days === null ? 0 : worth * 0.5 ** (Math.max(0, days) / trustRules.halfLifeDays);
  let sure = Math.max(
    left(trustRules.confirmed, signals.confirmedDays),
    left(trustRules.changed, signals.changedDays),
    left(trustRules.appeared, signals.appearedDays),
  );
  if (signals.isActive) sure += (1 - sure) * trustRules.activity;
  if (!signals.isOwnerKnown) sure *= trustRules.ownerUnknown;
  if (signals.isFileGone) sure *= trustRules.fileGone;
  if (signals.wrongFacts > 0) sure *= trustRules.wrongFact;
  return Math.round(sure * 100) / 100;
}

export const stateOf = (confidence: number): TrustState =>
  confidence >= trustRules.fresh ? "fresh" : confidence >= trustRules.fading ? "fading" : "stale";
