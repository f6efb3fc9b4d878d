/** Rows of a service, counted up to where it is large. */
export type Size = { commits: number; deployments: number };

/** So many rows of a service that stands alone are read with one statement; one that has more is large. */
export const rowsAtOnce: Size = { commits: 2_000, deployments: 500 };

/** What one statement reads of several services together at most. */
export const mostTogether = { services: 100, commits: 10_000, deployments: 2_500 };

const isLarge = ({ commits, deployments }: Size) =>
  commits > rowsAtOnce.commits || deployments > rowsAtOnce.deployments;

/**
 * Services in their order, in packs that one statement of each kind can read: memory holds the rows of one pack. A large one
 * stands alone, since it is read in pieces. Pure.
 */
export function packServices<Service extends Size>(
  services: readonly Service[],
  most: Size & { services: number } = mostTogether,
): Service[][] {
  const packs: Service[][] = [];
  let [commits, deployments] = [0, 0];
  for (const service of services) {
    const last = packs.at(-1);
    const fits =
      last !== undefined &&
      !last.some(isLarge) &&
      !isLarge(service) &&
      last.length < most.services &&
      commits + service.commits <= most.commits &&
      deployments + service.deployments <= most.deployments;
    if (fits) last.push(service);
    else {
      packs.push([service]);
      [commits, deployments] = [0, 0];
    }
    commits += service.commits;
    deployments += service.deployments;
  }
  return packs;
}
