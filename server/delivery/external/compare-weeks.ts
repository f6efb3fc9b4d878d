import type { ComparedWeek, WeekSide } from "./model.ts";

export type TheirWeek = {
  line: number;
  service: string;
  serviceRef: string | null;
  /** As the file names it, and the first day of the week here that it lies in. */
  day: string;
  week: string;
  theirs: WeekSide;
};

/** What a week of a service had here, with what does not count. */
export type OurWeek = WeekSide & {
  isObserved: boolean;
  isOver: boolean;
  redeploys: number;
  rollbacks: number;
  excluded: number;
  failedRollouts: number;
  /** Changes, and deployments of several regions beyond the first. */
  changes: number;
  regions: number;
};

/** What might be counted there and is not here, in words that end a sentence. */
const parts = [
  ["redeploys", "redeployments"],
  ["rollbacks", "rollbacks"],
  ["failedRollouts", "rollouts that never succeeded"],
  ["excluded", "deployments that the team excluded"],
  ["regions", "each region by itself"],
] as const;

/** Each row of the file beside the same week here, with what would make the two equal. A week counts once, as its first row tells it. */
export function compareWeeks(
  theirs: readonly TheirWeek[],
  ours: ReadonlyMap<string, OurWeek>,
): ComparedWeek[] {
  const seen = new Map<string, number>();
  return theirs.map(({ day, ...row }) => {
    // What is here is laid beside one row only, or it would count twice.
    const key = `${row.serviceRef ?? row.service.toLowerCase()} ${row.week}`;
    const earlier = seen.get(key);
    if (earlier !== undefined)
      return {
        ...row,
        ours: null,
        verdict: "only_theirs",
        reasons: [`Line ${earlier} tells of the same week`],
      };
    seen.set(key, row.line);
    const found = row.serviceRef === null ? undefined : ours.get(`${row.serviceRef} ${row.week}`);
    const alone =
      row.serviceRef === null ? "No service here has this name" : "This service has no delivery history here";
    if (!found) return { ...row, ours: null, verdict: "only_theirs", reasons: [alone] };
    if (!found.isObserved)
      return {
        ...row,
        ours: null,
        verdict: "only_theirs",
        reasons: ["It lies before this portal began to see the service"],
      };
    const reasons = reasonsOf(row.theirs, found, day === row.week);
    const { deployments, failed, leadSeconds } = found;
    const side = { deployments, failed, leadSeconds };
    return { ...row, ours: side, verdict: isSame(row.theirs, side) ? "same" : "different", reasons };
  });
}

/** Rounded to a minute, as a file may tell hours with one digit. */
const nearSeconds = (one: number, other: number) => Math.abs(one - other) <= Math.max(60, 0.05 * other);

const isSame = (one: WeekSide, other: WeekSide): boolean =>
  (one.deployments === null || one.deployments === other.deployments) &&
  (one.failed === null || one.failed === other.failed) &&
  (one.leadSeconds === null ||
    (other.leadSeconds !== null && nearSeconds(one.leadSeconds, other.leadSeconds)));

function reasonsOf(theirs: WeekSide, ours: OurWeek, isSameStart: boolean): string[] {
  const reasons: string[] = [];
  if (theirs.deployments !== null && theirs.deployments !== ours.deployments) {
    const found = sumOf(theirs.deployments - (ours.deployments ?? 0), ours);
    reasons.push(
      found ? `Equal with ${found.join(" and ")}` : "No rule makes the counts of deployments equal",
    );
  }
  if (theirs.failed !== null && theirs.failed !== ours.failed)
    reasons.push(
      theirs.failed > 0 && theirs.failed === ours.failedRollouts
        ? "The file counts rollouts that never succeeded; here a failure is harm that a deployment did"
        : "Failures here are confirmed by an incident, a rollback, a revert, or the team",
    );
  if (
    theirs.leadSeconds !== null &&
    !(ours.leadSeconds !== null && nearSeconds(theirs.leadSeconds, ours.leadSeconds))
  )
    reasons.push(
      ours.changes === 0
        ? "No change with a known beginning was deployed here in this week"
        : "Here the clock runs from the earliest commit of a change to its first deployment, and the figure is the change in the middle",
    );
  if (reasons.length > 0 && !isSameStart) reasons.push("In the file the week begins on another day");
  if (reasons.length > 0 && !ours.isOver) reasons.push("The week is not over");
  return reasons;
}

/** The fewest of the parts that add up to the difference; null where none do. */
function sumOf(difference: number, ours: OurWeek): string[] | null {
  let best: string[] | null = null;
  for (let set = 1; set < 1 << parts.length; set++) {
    const chosen = parts.filter(([name], index) => (set & (1 << index)) !== 0 && ours[name] > 0);
    const sum = chosen.reduce((all, [name]) => all + ours[name], 0);
    const isWhole = chosen.length > 0 && sum === difference;
    if (isWhole && (best === null || chosen.length < best.length)) best = chosen.map(([, words]) => words);
  }
  return best;
}
