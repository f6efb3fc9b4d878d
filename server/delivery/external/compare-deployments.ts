import type { ComparedRow, RuleName } from "./model.ts";

/** A deployment as the file tells it. */
export type Theirs = {
  line: number;
  service: string;
  /** The Component that the name means; null where none does. */
  serviceRef: string | null;
  at: Date;
  /** The day that the file names, where it names one. */
  day: string | null;
  environment: string | null;
  /** By the rules here; null where the file names no environment. */
  isProduction: boolean | null;
  sha: string | null;
  outcome: "success" | "failure" | "other" | null;
};

/** A deployment as it was placed here. */
export type Ours = {
  id: number;
  serviceRef: string;
  service: string;
  at: Date;
  environment: string;
  isProduction: boolean;
  sha: string | null;
  outcome: "success" | "failure" | "pending";
  kind: "baseline" | "forward" | "redeploy" | "rollback" | "unknown" | null;
  isExcluded: boolean;
  /** Regions that are one deployment, with when each was live. */
  regions: { environment: string; at: Date }[];
};

export type Known = {
  /** Services with a history here, with since when they are seen. */
  seenSince: ReadonlyMap<string, Date | null>;
  dayOf: (at: Date) => string;
};

const hour = 3_600_000;
/** The same commit may be told with hours between, as the beginning here and the end there; without one, only moments count. */
const withCommitMs = 48 * hour;
const withoutCommitMs = hour / 2;
/** So far apart a day tells of another time zone, and not of another deployment. */
const dayShiftMs = 26 * hour;

type Match = { ours: Ours; isFirst: boolean };

/** Both sides row by row: each of theirs beside ours or alone with the rule that explains it, and what of ours they lack. */
export function compareDeployments(
  theirs: readonly Theirs[],
  ours: readonly Ours[],
  known: Known,
): ComparedRow[] {
  const matches = matchAll(theirs, ours);
  const rows = theirs.map((row) => compareRow(row, matches.get(row) ?? null, known));
  const matched = new Set([...matches.values()].map((match) => match.ours.id));
  return [...rows, ...onlyOurs(theirs, ours, matched)];
}

/** The nearest pairs first; what is left over of theirs may be another region, or the same row again. */
function matchAll(theirs: readonly Theirs[], ours: readonly Ours[]): Map<Theirs, Match> {
  const byService = Map.groupBy(ours, ({ serviceRef }) => serviceRef);
  const sorted = new Map(
    [...byService].map(([ref, list]) => [ref, list.toSorted((a, b) => a.at.getTime() - b.at.getTime())]),
  );
  const pairs = theirs.flatMap((row) => {
    const near = nearTo(row, sorted.get(row.serviceRef ?? "") ?? []).flatMap((one) => {
      const distance = distanceOf(row, one);
      return distance === null ? [] : [{ row, one, distance, place: placeOf(row, one) }];
    });
    // The same commit goes to several environments: another one is meant only where none fits better.
    const best = Math.max(...near.map(({ place }) => place));
    return near.filter(({ place }) => place === best);
  });
  pairs.sort((a, b) => a.distance - b.distance || a.row.line - b.row.line);
  const found = new Map<Theirs, Match>();
  const taken = new Set<number>();
  for (const { row, one } of pairs) {
    if (found.has(row) || taken.has(one.id)) continue;
    found.set(row, { ours: one, isFirst: true });
    taken.add(one.id);
  }
  for (const { row, one } of pairs) if (!found.has(row)) found.set(row, { ours: one, isFirst: false });
  matchFar(theirs, ours, { found, taken });
  return found;
}

/** As few characters as a commit may be named by. */
const commitLength = 7;
const commitKey = (service: string, sha: string) => `${service} ${sha.slice(0, commitLength)}`;

/** Of what is left over, the same commit at another time is the same deployment, told by another clock or of another moment. */
function matchFar(
  theirs: readonly Theirs[],
  ours: readonly Ours[],
  { found, taken }: { found: Map<Theirs, Match>; taken: Set<number> },
): void {
  const byCommit = Map.groupBy(ours, ({ serviceRef, sha }) => sha && commitKey(serviceRef, sha));
  for (const row of theirs) {
    if (row.sha === null || row.serviceRef === null || found.has(row)) continue;
    const free = (byCommit.get(commitKey(row.serviceRef, row.sha)) ?? []).flatMap((one) => {
      const distance = distanceOf(row, one);
      return distance === null || taken.has(one.id) || placeOf(row, one) === 0 ? [] : [{ one, distance }];
    });
    const [nearest] = free.toSorted((a, b) => a.distance - b.distance);
    if (!nearest) continue;
    found.set(row, { ours: nearest.one, isFirst: true });
    taken.add(nearest.one.id);
  }
}

/** Those of a service that are near enough to be meant, found by search. */
function nearTo({ at }: Theirs, sorted: readonly Ours[]): Ours[] {
  const from = at.getTime() - withCommitMs;
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.at.getTime() ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  const near: Ours[] = [];
  for (let i = low; i < sorted.length; i++) {
    const one = sorted[i];
    if (!one || one.at.getTime() > at.getTime() + withCommitMs) break;
    near.push(one);
  }
  return near;
}

function distanceOf(row: Theirs, one: Ours): number | null {
  const moments = [one.at, ...one.regions.map((region) => region.at)];
  const distance = Math.min(...moments.map((at) => Math.abs(at.getTime() - row.at.getTime())));
  if (row.sha !== null && one.sha !== null)
    return one.sha.startsWith(row.sha) || row.sha.startsWith(one.sha) ? distance : null;
  return distance <= withoutCommitMs ? distance : null;
}

/** How well the environments fit: by name, by what they are for, or not at all. */
function placeOf({ environment, isProduction }: Theirs, one: Ours): number {
  if (environment === null) return one.isProduction ? 2 : 1;
  const names = [one.environment, ...one.regions.map((region) => region.environment)];
  if (names.some((name) => name.toLowerCase() === environment.toLowerCase())) return 2;
  return isProduction === one.isProduction ? 1 : 0;
}

const bringsNew = new Set(["baseline", "forward", "unknown"]);

/** Whether it counts for frequency here; and why it does not. */
function ruleAgainst(one: Ours): RuleName | null {
  if (one.isExcluded) return "excluded";
  if (!one.isProduction) return "not_production";
  if (one.outcome !== "success") return "failed_rollout";
  if (one.kind === "redeploy") return "redeployment";
  if (one.kind === "rollback") return "rollback";
  return one.kind !== null && bringsNew.has(one.kind) ? null : "not_seen";
}

const theirSide = ({ at, environment, sha, outcome }: Theirs): NonNullable<ComparedRow["theirs"]> => ({
  at,
  environment,
  sha,
  counts: outcome !== "failure",
});
const ourSide = (one: Ours, counts: boolean): NonNullable<ComparedRow["ours"]> => ({
  at: one.at,
  environment: one.environment,
  sha: one.sha,
  counts,
});

function compareRow(row: Theirs, match: Match | null, known: Known): ComparedRow {
  const named = { line: row.line, service: row.service, serviceRef: row.serviceRef, theirs: theirSide(row) };
  if (!match) return { ...named, ours: null, verdict: "only_theirs", rule: ruleOfLone(row, known) };
  const { ours: one, isFirst } = match;
  if (!isFirst) {
    // Another row stands beside that deployment already.
    const isRegion = one.regions.some(({ environment }) => environment === row.environment);
    const isElsewhere = row.environment !== null && one.regions.length > 0;
    return {
      ...named,
      ours: null,
      verdict: "only_theirs",
      rule: isRegion || isElsewhere ? "duplicate_region" : "twice",
    };
  }
  const against = ruleAgainst(one);
  const beside = { ...named, ours: ourSide(one, against === null) };
  if (named.theirs.counts !== (against === null))
    return { ...beside, verdict: "different", rule: against ?? "other_outcome" };
  if (against !== null) return { ...beside, verdict: "same", rule: against };
  const apart = distanceOf(row, one) ?? 0;
  if (apart > withCommitMs) return { ...beside, verdict: "different", rule: "far_apart" };
  if (row.day !== null && row.day !== known.dayOf(one.at) && apart < dayShiftMs)
    return { ...beside, verdict: "different", rule: "other_day" };
  return { ...beside, verdict: "same", rule: one.kind === "baseline" ? "baseline" : null };
}

function ruleOfLone({ serviceRef, isProduction, outcome, at }: Theirs, { seenSince }: Known): RuleName {
  if (serviceRef === null) return "unknown_service";
  if (!seenSince.has(serviceRef)) return "no_history";
  if (isProduction === false) return "not_production";
  if (outcome === "failure") return "failed_rollout";
  const since = seenSince.get(serviceRef);
  return since && at < since ? "before_observation" : "not_seen";
}

/** What counts here of the file's services, in the time that the file covers, and is not in it. */
function onlyOurs(
  theirs: readonly Theirs[],
  ours: readonly Ours[],
  matched: ReadonlySet<number>,
): ComparedRow[] {
  const times = theirs.map(({ at }) => at.getTime());
  const [from, to] = [
    times.reduce((a, b) => Math.min(a, b), Infinity),
    times.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  return ours
    .filter((one) => !matched.has(one.id) && ruleAgainst(one) === null)
    .filter(({ at }) => at.getTime() >= from && at.getTime() <= to)
    .map((one) => ({
      ...{ line: null, service: one.service, serviceRef: one.serviceRef, theirs: null },
      ...{ ours: ourSide(one, true), verdict: "only_ours", rule: "missing_there" },
    }));
}
