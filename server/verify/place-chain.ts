import { type Micros, secondsBetween } from "./calendar.ts";
import type { Attribution, Commit, Deployment, Kind } from "./facts.ts";

/** A successful deployment with its place in the chain, and what it was the first to bring. */
export type Placed = {
  deployment: Deployment & { succeededAt: Micros };
  nth: number;
  kind: Kind;
  attribution: Attribution;
  /** Commits that no deployment before it brought; whether each counts as a change. */
  brought: { commit: Commit; isCounted: boolean }[];
};

export type Graph = { commits: ReadonlyMap<string, Commit>; boundary: ReadonlySet<string> };

/** Text by code points, as the product orders keys. */
export const byText = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

const last = Number.MAX_SAFE_INTEGER;

/** Successful deployments in their order: when they were live, then the older commit, then the key. */
export function chainOf(deployments: readonly Deployment[]): Placed["deployment"][] {
  return deployments
    .flatMap((one) => (one.succeededAt === null ? [] : [{ ...one, succeededAt: one.succeededAt }]))
    .sort(
      (a, b) =>
        a.succeededAt - b.succeededAt ||
        (a.committedAt ?? last) - (b.committedAt ?? last) ||
        [...a.key].length - [...b.key].length ||
        byText(a.key, b.key),
    );
}

/**
 * What each deployment of a chain was, and which commits it brought: those reachable from it and from none before it.
 * Nothing is taken by time.
 */
export function placeChain(deployments: readonly Deployment[], graph: Graph): Placed[] {
  const brought = new Set<string>();
  let before: string | null = null;
  return chainOf(deployments).map((deployment, nth) => {
    const found = placeOne(deployment.sha, before, brought, graph);
    for (const { commit } of found.brought) brought.add(commit.sha);
    before = deployment.sha ?? before;
    return { deployment, nth, ...found };
  });
}

function placeOne(
  sha: string | null,
  before: string | null,
  broughtBefore: ReadonlySet<string>,
  graph: Graph,
): Pick<Placed, "kind" | "attribution" | "brought"> {
  if (sha === null) return { kind: "unknown", attribution: "unknown", brought: [] };
  if (sha === before) return { kind: "redeploy", attribution: "complete", brought: [] };
  const { commits, isWhole } = walkBack(sha, broughtBefore, graph);
  const uncounted = commits.map((commit) => ({ commit, isCounted: false }));
  if (before === null) return { kind: "baseline", attribution: "baseline", brought: uncounted };
  if (broughtBefore.has(sha) && isAncestor(sha, before, graph))
    return { kind: "rollback", attribution: "complete", brought: [] };
  if (!isWhole) return { kind: "forward", attribution: "unknown", brought: uncounted };
  const counted = commits.map((commit) => ({ commit, isCounted: counts(commit) }));
  return { kind: "forward", attribution: "complete", brought: counted };
}

const counts = (commit: Commit) => !commit.isMerge && commit.isOwn !== false;

const parentsOf = (commit: Commit): readonly string[] => commit.parents ?? commit.pushParents;

/** Back to what earlier deployments brought, or to the edge of the history. Not whole where a commit or its parents are unknown. */
function walkBack(
  from: string,
  stops: ReadonlySet<string>,
  { commits, boundary }: Graph,
): { commits: Commit[]; isWhole: boolean } {
  const found = new Map<string, Commit>();
  const waiting = [from];
  let isWhole = true;
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    if (stops.has(sha) || found.has(sha) || boundary.has(sha)) continue;
    const commit = commits.get(sha);
    if (!commit) {
      isWhole = false;
      continue;
    }
    found.set(sha, commit);
    if (counts(commit) && commit.isOwn === null) isWhole = false;
    if (commit.parents === null && commit.pushParents.length === 0) isWhole = false;
    waiting.push(...parentsOf(commit));
  }
  return { commits: [...found.values()], isWhole };
}

const slackSeconds = 30 * 86_400;

/** Whether a commit is an ancestor of another. The search ends 30 days before the date of the one that is looked for. */
function isAncestor(sha: string, of: string, { commits }: Graph): boolean {
  const target = commits.get(sha);
  if (!target) return sha === of;
  const dateOf = (commit: Commit) => commit.committedAt ?? commit.authoredAt;
  const seen = new Set<string>();
  const waiting = [of];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === sha) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const commit = commits.get(next);
    if (commit && secondsBetween(dateOf(commit), dateOf(target)) <= slackSeconds)
      waiting.push(...parentsOf(commit));
  }
  return false;
}

const togetherSeconds = 3600;

/**
 * Deployments whose regions were put together otherwise than the rule says: the same commit in different environments
 * within an hour of the first is one deployment, live with the last of them.
 */
export function misgrouped(deployments: readonly Deployment[]): Deployment[] {
  const parts = chainOf(deployments).flatMap((deployment) => {
    const { environment, key, succeededAt } = deployment;
    const regions = deployment.regions.length > 0 ? deployment.regions : [{ environment, key, succeededAt }];
    return regions.map((region) => ({ ...region, at: region.succeededAt ?? succeededAt, deployment }));
  });
  parts.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  const open = new Map<string, { first: (typeof parts)[number]; members: typeof parts }>();
  const groups: (typeof parts)[] = [];
  for (const part of parts) {
    const group = open.get(part.deployment.sha ?? "");
    const joins =
      group !== undefined &&
      part.deployment.sha !== null &&
      secondsBetween(group.first.at, part.at) <= togetherSeconds &&
      !group.members.some(({ environment }) => environment === part.environment);
    if (joins) {
      group.members.push(part);
      continue;
    }
    const members = [part];
    groups.push(members);
    open.set(part.deployment.sha ?? "", { first: part, members });
  }
  return groups.flatMap((members) => {
    const [first] = members;
    if (!first) return [];
    const { deployment } = first;
    const isWhole =
      members.every((part) => part.deployment === deployment) &&
      members.length === Math.max(1, deployment.regions.length) &&
      Math.max(...members.map(({ at }) => at)) === deployment.succeededAt;
    return isWhole ? [] : [deployment];
  });
}
