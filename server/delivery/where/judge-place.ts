import type { Tier } from "#server/delivery/model.ts";
import type { Place } from "./model.ts";

/** A successful deployment as one environment (one region of it) saw it. */
export type Arrival = {
  environment: string;
  tier: Tier;
  sha: string | null;
  at: Date;
  brokeAt: Date | null;
  attribution: "complete" | "baseline" | "unknown" | null;
  attributionNote: string | null;
};

/** What is asked of an environment: a commit, what takes it back, and since when it can have been deployed. */
export type Wanted = {
  sha: string;
  committedAt: Date | null;
  /** Commits that take it back, each with those that take this commit back in turn: with one of them it is there again. */
  reverts: readonly { sha: string; backs: readonly string[]; words: string }[];
  /** Not on a branch that is deployed: what is not known of that branch says nothing about it. */
  isUnmerged: boolean;
};

/**
 * What the tier's own record of commits says: whether it came, and whether with a deployment before the oldest arrival.
 * `isBaselineWhole`: all that came with the first known deployment is known, back to the beginning.
 */
export type Marked = { isMarked: boolean; isEarlier: boolean; isBaselineWhole: boolean };

/**
 * How a change stands in an environment, from the environment's successful deployments, the oldest first. By ancestry: what
 * is deployed holds the change or does not. Where a deployment's own history has a gap that could hide it, that is not known.
 */
export function judgePlace(
  arrivals: readonly Arrival[],
  wanted: Wanted,
  marked: Marked,
  contains: (sha: string, one: string) => boolean,
): Place | null {
  const current = arrivals.at(-1);
  if (!current) return null;
  const holds = ({ sha }: Arrival, one = wanted.sha) => sha !== null && contains(sha, one);
  const about = {
    environment: current.environment,
    tier: current.tier,
    runs: current.sha,
    brokeAt: current.brokeAt,
    isAtLeast: false,
    note: null,
    since: null,
  };
  if (current.sha === null) return { ...about, state: "unknown", note: "What runs there names no commit" };
  if (!holds(current)) {
    const last = arrivals.findLastIndex((one) => holds(one));
    const next = arrivals[last + 1];
    if (last !== -1 && next)
      return { ...about, state: "taken_back", since: next.at, note: backNote(next, arrivals.slice(0, last)) };
    const gap = marked.isMarked ? null : gapOf(arrivals, wanted, marked);
    return gap ? { ...about, state: "unknown", note: gap } : { ...about, state: "waiting" };
  }
  const before = arrivals.findLastIndex((one) => !holds(one));
  const first = arrivals[before + 1] ?? current;
  const since = { since: first.at, isAtLeast: before === -1 && marked.isEarlier };
  for (const revert of wanted.reverts) {
    const isTakenBack = (one: Arrival) =>
      holds(one, revert.sha) && !revert.backs.some((back) => holds(one, back));
    if (!isTakenBack(current)) continue;
    const without = arrivals.findLastIndex((one) => !isTakenBack(one));
    const at = (arrivals[without + 1] ?? current).at;
    return { ...about, state: "reverted", since: at, note: revert.words };
  }
  return { ...about, state: "live", ...since };
}

function backNote({ sha }: Arrival, before: readonly Arrival[]): string {
  if (!sha) return "Something else was deployed over it";
  const isBack = before.some((one) => one.sha === sha);
  return `${isBack ? "Went back to" : "Replaced by"} ${sha.slice(0, 7)}, which does not hold it`;
}

/** A deployment after the commit was made, of whose commits not all are known. */
function gapOf(arrivals: readonly Arrival[], wanted: Wanted, { isBaselineWhole }: Marked): string | null {
  if (wanted.isUnmerged) return null;
  const { committedAt } = wanted;
  const since = arrivals.filter(({ at }) => committedAt === null || at >= committedAt);
  const hiding = since.find(({ attribution }) => attribution === "unknown");
  if (hiding) return hiding.attributionNote ?? "What a deployment since brought is not known";
  if (!isBaselineWhole && since.some(({ attribution }) => attribution === "baseline"))
    return "It is older than the first known deployment, of which not all is known";
  return null;
}
