import type { Refusal } from "#server/core/refusal.ts";

/** How far back an import goes unless somebody chose otherwise, and what can be chosen. */
export const usualReachDays = 365;
export const reachChoices = [90, 182, 365, 730] as const;

export type ImportState = "waiting" | "running" | "paused" | "done" | "cancelled";
export const importStateWords: Record<ImportState, string> = {
  waiting: "Begins in a moment",
  running: "Under way",
  paused: "Paused",
  done: "Complete",
  cancelled: "Stopped",
};

export const importedStates = ["running", "waiting", "failed", "gone", "done"] as const;
export type ImportedState = (typeof importedStates)[number];
export const importedStateWords: Record<ImportedState, string> = {
  running: "Being read",
  waiting: "Waits",
  failed: "Failed",
  gone: "Gone",
  done: "Complete",
};

export const rankWords = ["In production", "Service", "No Component"] as const;

/** Nothing moves by itself any more. */
export const isImportOver = (state: ImportState): boolean => state === "done" || state === "cancelled";
/** Whether it changes by itself soon: also where it is done, and a repository waits that somebody has tried again. */
export const isImportMoving = ({
  state,
  repositories,
}: Pick<ImportItem, "state" | "repositories">): boolean =>
  !isImportOver(state) || (state === "done" && repositories.waiting > 0);

/** How long something will take, in seconds. */
export type Estimate = { low: number; high: number };

/** The import of one connection's past. */
export type ImportItem = {
  connectionId: string;
  name: string;
  state: ImportState;
  reachDays: number;
  /** By how they stand. */
  repositories: Record<ImportedState, number> & { all: number };
  /** Of the repositories of services: how many have their newest 90 days. */
  newest: { done: number; all: number };
  /** Slices of 90 days, of all repositories that can be read. */
  slices: { done: number; all: number };
  requests: number;
  startedAt: Date | null;
  completedAt: Date | null;
  resumeAt: Date | null;
  failure: string | null;
  /** How long it still takes; null while that is not known. */
  estimate: Estimate | null;
  may: { manage: Refusal | null };
};

export type ImportedRepository = {
  id: string;
  fullName: string;
  url: string;
  rank: 0 | 1 | 2;
  state: ImportedState;
  /** Everything from here on was read. */
  completeFrom: Date | null;
  reach: Date;
  requests: number;
  /** Why it failed, or what of it could not be read. */
  failure: string | null;
  failedAt: Date | null;
  nextTryAt: Date | null;
};
export type ImportedPage = { items: ImportedRepository[]; nextCursor: string | null };

const minute = 60;
const hour = 3600;
const day = 24 * hour;

type Unit = { seconds: number; one: string; many: string };
const units: readonly Unit[] = [
  { seconds: day, one: "day", many: "days" },
  { seconds: hour, one: "hour", many: "hours" },
  { seconds: minute, one: "minute", many: "minutes" },
];

/** "about 12 minutes", "2 to 5 hours", "less than a minute"; null: "not known yet". */
export function estimateWords(estimate: Estimate | null): string {
  if (!estimate) return "not known yet";
  const { low, high } = estimate;
  if (high < minute) return "less than a minute";
  // Below two of a unit the next smaller one says more.
  const unit = units.find(({ seconds }) => high >= 2 * seconds) ?? {
    seconds: minute,
    one: "minute",
    many: "minutes",
  };
  const [from, to] = [Math.max(1, Math.round(low / unit.seconds)), Math.round(high / unit.seconds)];
  const words = (n: number) => `${n} ${n === 1 ? unit.one : unit.many}`;
  if (high <= low * 1.4 || from >= to)
    return `about ${words(Math.round((low + high) / 2 / unit.seconds) || 1)}`;
  return `${low < unit.seconds ? `up to ${words(to)}` : `${from} to ${words(to)}`}`;
}
