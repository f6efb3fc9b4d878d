import { type Micros, secondsBetween } from "./calendar.ts";
import type { Change, ChangeValues, Commit, Pull } from "./facts.ts";
import type { Placed } from "./place-chain.ts";

export type FoundChange = ChangeValues & {
  unit: string;
  pull: MergedPull | null;
  /** The clock starts otherwise than all that the file tells: with something that the product knew when it worked it out. */
  isStartGiven: boolean;
};

export type MergedPull = Pull & { mergedAt: Micros };
const isMerged = (pull: Pull): pull is MergedPull => pull.mergedAt !== null;

/**
 * The changes of each deployment whose commits are known, by its key: pull requests, and commits that came without one. A
 * pull request counts once, at the first deployment that brought something of it.
 */
export function listChanges(
  chain: readonly Placed[],
  pulls: ReadonlyMap<number, Pull>,
  shown: ReadonlyMap<string, Change>,
): Map<string, FoundChange[]> {
  const merged = [...pulls.values()].filter(isMerged);
  const byMerge = Map.groupBy(
    merged.filter(({ mergeCommit }) => mergeCommit !== null),
    ({ mergeCommit }) => mergeCommit,
  );
  const known = new Map(merged.map((pull) => [pull.number, pull]));
  const broughtBy = new Map(
    chain.flatMap((one) => one.brought.map(({ commit }) => [commit.sha, one] as const)),
  );
  const counted = new Set<number>();
  const found = new Map<string, FoundChange[]>();
  for (const placed of chain) {
    if (placed.attribution !== "complete") continue;
    const owner = ownersOf(placed, byMerge);
    const grouped = Map.groupBy(
      placed.brought,
      ({ commit }) => owner.get(commit.sha) ?? `commit:${commit.sha}`,
    );
    const changes: FoundChange[] = [];
    for (const [unit, commits] of grouped) {
      if (!commits.some(({ isCounted }) => isCounted)) continue;
      const number = typeof unit === "number" ? unit : null;
      if (number !== null && counted.has(number)) continue;
      if (number !== null) counted.add(number);
      const name = number === null ? String(unit) : `pull:${number}`;
      const pull = number === null ? null : (known.get(number) ?? null);
      const row = shown.get(`${placed.deployment.key} ${name}`);
      const isElsewhere = (sha: string) => (broughtBy.get(sha) ?? placed) !== placed;
      const isEarlier = (sha: string) => (broughtBy.get(sha)?.nth ?? placed.nth) < placed.nth;
      // What a later deployment brought was perhaps not known yet when this one was worked out.
      const starts = [isElsewhere, isEarlier].map((isNot) => startOf(pull, isNot));
      changes.push({ unit: name, pull, ...timesOf(placed, commits, { number, pull, row, starts }) });
    }
    found.set(placed.deployment.key, changes);
  }
  return found;
}

/**
 * Which pull request each commit of a deployment belongs to: as its merge or by the number that its message names; as one
 * of the commits that a rebase put before it; or on the side that a merge brought in, up to the merges of others.
 */
function ownersOf(
  { brought, deployment }: Placed,
  byMerge: ReadonlyMap<string | null, readonly Pull[]>,
): Map<string, number> {
  const here = new Map(brought.map(({ commit }) => [commit.sha, commit]));
  const merges = new Map<string, { number: number; commitCount: number | null }[]>();
  for (const commit of here.values()) {
    const merged = (byMerge.get(commit.sha) ?? []).map(({ number, commitCount }) => ({
      number,
      commitCount,
    }));
    const named =
      merged.length === 0 && commit.pull !== null ? [{ number: commit.pull, commitCount: null }] : merged;
    if (named.length > 0) merges.set(commit.sha, named);
  }
  const mainline = mainlineOf(deployment.sha, here);
  const isOthers = (sha: string, number: number) =>
    merges.get(sha)?.some((one) => one.number !== number) ?? false;
  const [sides, lines] = [new Map<string, number>(), new Map<string, number>()];
  const take = (owners: Map<string, number>, sha: string, number: number) =>
    owners.set(sha, Math.min(number, owners.get(sha) ?? number));
  for (const [sha, named] of merges) {
    const parents = here.get(sha)?.parents ?? null;
    for (const { number, commitCount } of named) {
      for (const one of sideOf(parents?.[1], { here, mainline }, (other) => isOthers(other, number)))
        take(sides, one, number);
      if (commitCount !== null && commitCount > 1 && (parents === null || parents.length === 1))
        for (const one of lineOf(sha, commitCount, here, (other) => isOthers(other, number)))
          take(lines, one, number);
    }
  }
  const owners = new Map([...lines, ...sides]);
  for (const [sha, named] of merges) owners.set(sha, Math.min(...named.map(({ number }) => number)));
  return owners;
}

/** What the branch itself went through, from what was deployed back. */
function mainlineOf(head: string | null, here: ReadonlyMap<string, Commit>): Set<string> {
  const mainline = new Set<string>();
  for (let sha = head ?? undefined; sha !== undefined && !mainline.has(sha); ) {
    mainline.add(sha);
    sha = here.get(sha)?.parents?.[0];
  }
  return mainline;
}

/** What a merge brought in. The merge of another pull request is the last on its way, the branch itself is none of it. */
function sideOf(
  from: string | undefined,
  { here, mainline }: { here: ReadonlyMap<string, Commit>; mainline: ReadonlySet<string> },
  isOthers: (sha: string) => boolean,
): Set<string> {
  const side = new Set<string>();
  const waiting = from === undefined ? [] : [from];
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    if (side.has(sha) || mainline.has(sha)) continue;
    side.add(sha);
    if (!isOthers(sha)) waiting.push(...(here.get(sha)?.parents ?? []));
  }
  return side;
}

/** The commits of a rebase merge, counted back from its last. */
function lineOf(
  from: string,
  count: number,
  here: ReadonlyMap<string, Commit>,
  isOthers: (sha: string) => boolean,
): string[] {
  const line = [from];
  for (let sha: string | undefined = from; line.length < count; ) {
    sha = here.get(sha)?.parents?.[0];
    if (sha === undefined || isOthers(sha)) break;
    line.push(sha);
  }
  return line;
}

/** When the branch of a pull request was begun, as far as its commits did not come with another deployment. */
const startOf = (pull: MergedPull | null, isNot: (sha: string) => boolean): Micros | null =>
  pull?.branch.reduce<Micros | null>(
    (first, { sha, authoredAt }) =>
      isNot(sha) || (first !== null && first <= authoredAt) ? first : authoredAt,
    null,
  ) ?? null;

const least = (...all: (Micros | null)[]) => Math.min(...all.filter((one) => one !== null));
const most = (...all: (Micros | null)[]) => Math.max(...all.filter((one) => one !== null));

function timesOf(
  { deployment: { succeededAt } }: Placed,
  commits: readonly Placed["brought"][number][],
  {
    number,
    pull,
    row,
    starts,
  }: {
    number: number | null;
    pull: MergedPull | null;
    row: Change | undefined;
    starts: readonly (Micros | null)[];
  },
): Omit<FoundChange, "unit" | "pull"> {
  const own = commits.filter(({ isCounted }) => isCounted).map(({ commit }) => commit);
  const written = least(...own.map(({ authoredAt }) => authoredAt));
  const told = least(written, pull?.openedAt ?? null, pull?.mergedAt ?? null);
  const [usual = null] = starts;
  const branch = starts.find((start) => least(told, start) === row?.startedAt) ?? usual;
  const found = least(told, branch);
  // A branch that was pushed to late, or of which a push was not kept.
  const isStartGiven = pull !== null && row !== undefined && row.startedAt !== found && row.startedAt <= told;
  const startedAt = isStartGiven ? row.startedAt : found;
  const byOpening = pull !== null && pull.openedAt <= least(written, branch);
  const startedBy = byOpening ? "pull_request_opened" : number === null ? "commit" : byCommit;
  const [latest] = commits.toSorted(
    (a, b) => b.commit.authoredAt - a.commit.authoredAt || (a.commit.sha < b.commit.sha ? -1 : 1),
  );
  return {
    sha: latest?.commit.sha ?? "",
    startedAt,
    startedBy: isStartGiven ? row.startedBy : startedBy,
    leadSeconds: Math.max(0, secondsBetween(startedAt, succeededAt)),
    stages: pull && stagesOf(pull, startedAt, succeededAt),
    wasClamped: startedAt > succeededAt,
    isBot: own.every(({ isBot }) => isBot),
    isStartGiven,
  };
}

const byCommit = "pull_request_commit";

/** Parts that add up to the whole; what lies behind the deployment is cut off. */
function stagesOf(
  pull: MergedPull,
  startedAt: Micros,
  deployedAt: Micros,
): NonNullable<ChangeValues["stages"]> {
  const end = most(startedAt, deployedAt);
  const ready = most(startedAt, pull.openedAt, pull.readyAt);
  const reviewed = most(ready, pull.reviewedAt ?? pull.mergedAt);
  const merged = most(reviewed, pull.mergedAt);
  const [a, b, c, d] = [startedAt, ready, reviewed, merged].map((at) => Math.min(at, end)) as [
    Micros,
    Micros,
    Micros,
    Micros,
  ];
  return [secondsBetween(a, b), secondsBetween(b, c), secondsBetween(c, d), secondsBetween(d, end)];
}
