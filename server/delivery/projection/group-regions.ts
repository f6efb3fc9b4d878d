import type { Tier } from "#server/delivery/model.ts";

/** A deployment as its source tells it. */
export type Candidate = {
  source: string;
  sourceKey: string;
  environment: string;
  tier: Tier;
  repositoryId: string | null;
  sha: string | null;
  ref: string | null;
  createdAt: Date;
  succeededAt: Date | null;
  failedAt: Date | null;
  brokeAt: Date | null;
};

export type Part = { environment: string; key: string; succeededAt: string | null };
export type Grouped = Candidate & { parts: Part[] | null };

/** Regions and cells that get the same commit within this time are one deployment. */
export const togetherMs = 60 * 60_000;

/**
 * Makes one deployment of those that brought the same commit to several environments of a tier within an hour. It is live
 * when the last of them is; its key is that of the first. The same environment twice is a redeployment and stays one.
 */
export function groupRegions(candidates: readonly Candidate[]): Grouped[] {
  const ordered = [...candidates].sort(
    (left, right) =>
      (left.succeededAt?.getTime() ?? 0) - (right.succeededAt?.getTime() ?? 0) ||
      (left.sourceKey < right.sourceKey ? -1 : 1),
  );
  const open = new Map<string, { first: Date; members: Candidate[] }>();
  const groups: Candidate[][] = [];
  for (const one of ordered) {
    const key = `${one.tier} ${one.sha}`;
    const group = open.get(key);
    const joins =
      group !== undefined &&
      one.succeededAt !== null &&
      one.sha !== null &&
      one.succeededAt.getTime() - group.first.getTime() <= togetherMs &&
      !group.members.some(({ environment }) => environment === one.environment);
    if (joins) {
      group.members.push(one);
      continue;
    }
    const members = [one];
    groups.push(members);
    if (one.succeededAt) open.set(key, { first: one.succeededAt, members });
  }
  return groups.map(joinMembers);
}

function joinMembers(members: Candidate[]): Grouped {
  const [first, ...others] = members as [Candidate, ...Candidate[]];
  if (others.length === 0) return { ...first, parts: null };
  const times = members.flatMap(({ succeededAt }) => (succeededAt ? [succeededAt.getTime()] : []));
  const breaks = members.flatMap(({ brokeAt }) => (brokeAt ? [brokeAt.getTime()] : []));
  return {
    ...first,
    succeededAt: new Date(Math.max(...times)),
    brokeAt: breaks.length > 0 ? new Date(Math.min(...breaks)) : null,
    parts: members.map(({ environment, sourceKey, succeededAt }) => ({
      environment,
      key: sourceKey,
      succeededAt: succeededAt?.toISOString() ?? null,
    })),
  };
}
