/** The past is read in slices of so many days, the newest first. */
export const sliceDays = 90;
const day = 86_400_000;

/** What comes with a repository: of a service in production, of another service, of no Component. */
export type Rank = 0 | 1 | 2;

/**
 * When it is a repository's turn, the smallest first: the newest 90 days of services in production, then of the other
 * services, then older slices in the same order; repositories without a Component come after all of that. Ahead of each
 * rank's newest days its very newest deployments, so that no service waits for another one's whole quarter.
 */
export function turnOf(at: { rank: Rank; slices: number; hasNewest: boolean }): number {
  const group = at.rank === 2 ? 100_000 : 0;
  return group + at.slices * 100 + at.rank * 10 + (at.hasNewest || at.rank === 2 ? 1 : 0);
}

/** The slice that comes next below what is whole; half open. */
export function nextSlice(row: { until: Date; reach: Date; completeFrom: Date | null }): {
  from: Date;
  to: Date;
} {
  const to = row.completeFrom ?? row.until;
  return { from: new Date(Math.max(row.reach.getTime(), to.getTime() - sliceDays * day)), to };
}
